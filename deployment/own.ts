import { z } from "zod/mini";
import { synthesized } from "../base/synthesized";
import { readNotes, type ServiceNotes } from "../contract/service-notes";
import {
  ADOPTABLE,
  type AdoptableType,
  type Own,
  type Values,
} from "./adoptable";
import { TUNNEL_RECORD } from "../base/tunnel-record";
import type { Stack } from "./stacks";
import type { StateResource } from "./terraform";
import { tunnelName } from "../dns/tunnel-name";

/**
 * The objects of a stack: what its synthesized configuration says of each, and
 * the id that the state has for it.
 *
 * No plan is asked, as what was left behind can make every plan fail: with two
 * login methods of one name, no lookup by that name succeeds.
 */
export function ownObjects(
  stack: Pick<Stack, "dir">,
  state: readonly StateResource[],
): Own[] {
  const ids = new Map(
    state
      .filter(({ deposed_key: deposed }) => deposed === undefined)
      .map(({ address, values }) => [address, String(values.id)]),
  );
  const { resource = {} } = synthesized<Synthesized>(stack);
  // A record belongs to a zone; it is looked for in the account of the others.
  const account_id = Object.values(resource)
    .flatMap((named) => Object.values(named))
    .map(({ account_id: id }) => id)
    .find((id) => typeof id === "string");
  return Object.entries(resource).flatMap(([type, named]) =>
    Object.entries(named).map(([name, configuration]) => {
      // With a count it is one or none here.
      const index = configuration.count === undefined ? "" : "[0]";
      const address = `${type}.${name}${index}`;
      return {
        address,
        type,
        values: {
          ...literals(configuration),
          ...(type === TUNNEL_RECORD && {
            account_id,
            type: "CNAME",
            content: tunnelOf(configuration, state),
          }),
        },
        id: ids.get(address),
      };
    }),
  );
}

/** Whether an object is of a type that can be looked for in an account. */
export function isAdoptable<T extends { readonly type: string }>(
  one: T,
): one is T & { readonly type: AdoptableType } {
  return Object.hasOwn(ADOPTABLE, one.type);
}

/** Where a host's record leads: its route, made before it, knows the tunnel. */
function tunnelOf(
  record: Values,
  state: readonly StateResource[],
): string | undefined {
  const route = state.find(
    ({ type, values }) =>
      type === "tunnel_route" && values.hostname === record.name,
  );
  return route && tunnelName(String(route.values.tunnel_id));
}

/** The fields whose values stand in the configuration itself. */
function literals(configuration: Values): Values {
  return Object.fromEntries(
    Object.entries(configuration).flatMap(([name, value]) => {
      if (typeof value !== "string") return [[name, value]];
      const isTemplate = value.replaceAll("$${", "").includes("${");
      return isTemplate ? [] : [[name, meant(value)]];
    }),
  );
}

interface Synthesized {
  readonly "//"?: Readonly<Record<string, unknown>>;
  readonly output?: Record<string, { readonly value: unknown }>;
  readonly resource?: Record<string, Record<string, Values>>;
  readonly data?: Record<string, Record<string, Values>>;
}

/** What a service's stack says to commands; undefined for another stack. */
export function notesOf(stack: Stack): ServiceNotes | undefined {
  return readNotes(synthesized<Synthesized>(stack)["//"]);
}

/** Names by which a stack looks up objects of the account, in the data source that lists them. */
export function lookedUp(stack: Pick<Stack, "dir">, list: string): string[] {
  const { data = {} } = synthesized<Synthesized>(stack);
  return Object.values(data[list] ?? {}).flatMap((source) =>
    (LOOKUP.safeParse(source).data?.lifecycle.postcondition ?? []).flatMap(
      ({ condition }) => {
        const [, quoted] =
          /\bit\.name == ("(?:[^"\\]|\\.)*")/.exec(condition) ?? [];
        return quoted === undefined ? [] : String(meant(JSON.parse(quoted)));
      },
    ),
  );
}

const LOOKUP = z.object({
  lifecycle: z.object({
    postcondition: z.array(z.object({ condition: z.string() })),
  }),
});

/** Names of the constructs at the top of a synthesized stack, and of its outputs. */
export function namesIn(stack: Pick<Stack, "dir">): string[] {
  const {
    data = {},
    output = {},
    resource = {},
  } = synthesized<Synthesized>(stack);
  const paths = [data, resource]
    .flatMap((types) => Object.values(types))
    .flatMap((named) => Object.values(named))
    .map(({ "//": comment }) => PATH.safeParse(comment).data?.metadata.path);
  return [
    ...paths.flatMap((path) => path?.split("/")[1] ?? []),
    ...Object.keys(output),
  ];
}

const PATH = z.object({ metadata: z.object({ path: z.string() }) });

/** The outputs of a synthesized stack, by their names. */
export function outputsOf(stack: Stack): Record<string, unknown> {
  const { output = {} } = synthesized<Synthesized>(stack);
  return Object.fromEntries(
    Object.entries(output).map(([name, { value }]) => [name, meant(value)]),
  );
}

/** A value of the configuration as Terraform will have it, but for references. */
function meant(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (_, part: unknown) =>
    typeof part === "string" ? part.replace(/([$%])\1(?=\{)/g, "$1") : part,
  );
}
