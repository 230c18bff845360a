import {
  ProviderError,
  type Attribute,
  type Context,
  type PlanRequest,
  type Resource,
  type Schema,
} from "../../terraform-plugin/provider";
import {
  Dynamic,
  UNKNOWN,
  Unknown,
  type ObjectValue,
  type Value,
} from "../../terraform-plugin/value";
import type { Client } from "../tunnel-route/client";
import { retry } from "../tunnel-route/retry";
import type { Listed, Named } from "./api";

const text = { type: "string" } as const;
const ids: Attribute = {
  type: ["map", "string"],
  optional: true,
  description: "Ids of those that the stack makes, by their names.",
};

const SCHEMA: Schema = {
  description:
    "Refuses a plan that would give an account a second login method or group of a name: of two, no service finds either. It makes nothing.",
  attributes: {
    id: { ...text, computed: true, useStateForUnknown: true },
    account_id: { ...text, required: true, requiresReplace: true },
    login_methods: ids,
    groups: ids,
  },
};

/** What this resource knows of each kind. */
const KINDS: readonly {
  readonly attribute: "login_methods" | "groups";
  readonly listed: Listed;
  readonly kind: string;
  /** How to use one that is there. */
  readonly use: string;
}[] = [
  {
    attribute: "login_methods",
    listed: "identity_providers",
    kind: "login method",
    use: "leave it out of the code (for Google unset GOOGLE_CLIENT_ID), and set ACCESS_LOGIN_METHOD to its name",
  },
  {
    attribute: "groups",
    listed: "groups",
    kind: "group",
    use: "leave it out of the stack's groups, and name it in allowedGroups",
  },
];

/** Holds names that a stack gives against those of the account, before anything is made. */
export const uniqueNames: Resource<Client> = {
  schema: SCHEMA,
  plan,
  create: async (planned) => ({ ...planned, id: planned["account_id"]! }),
  read: async (state) => state,
  update: async (planned) => planned,
  delete: async () => {},
};

async function plan(
  { planned, prior }: PlanRequest,
  context: Context<Client | undefined>,
): Promise<{ planned: ObjectValue }> {
  const { client } = context;
  const accountId = planned["account_id"];
  if (client === undefined || typeof accountId !== "string") return { planned };
  const taken: Taken[] = [];
  for (const { attribute, listed, ...about } of KINDS) {
    const is = mapIn(planned[attribute]);
    const was = mapIn(prior?.[attribute]);
    const given = Object.keys(is).filter(
      (name) => is[name] === UNKNOWN || (prior !== null && !(name in was)),
    );
    if (given.length === 0) continue;
    const all = await retry(
      () => client.names.list(accountId, listed, context.signal),
      context,
      client.sleep,
    );
    // One that is replaced keeps its name until then.
    const own = new Set([...Object.values(is), ...Object.values(was)]);
    taken.push(
      ...all
        .filter(({ id, name }) => given.includes(name) && !own.has(id))
        .map((other) => ({ ...about, other })),
    );
  }
  if (taken.length > 0) throw twice(taken);
  return { planned };
}

interface Taken {
  readonly kind: string;
  readonly use: string;
  readonly other: Named;
}

function twice(taken: readonly Taken[]): ProviderError {
  const several = new Set(
    taken
      .filter((one) =>
        taken.some((other) => other !== one && isAlike(other, one)),
      )
      .map(({ kind, other: { name } }) => `${kind} ${name}`),
  );
  // One of several would be found by its name as little as before.
  const ids = taken
    .filter(({ kind, other: { name } }) => !several.has(`${kind} ${name}`))
    .map(({ other: { id } }) => id);
  return new ProviderError(
    `The account has ${taken.map(({ kind, other }) => `a ${kind} named ${other.name} (${other.id})`).join(" and ")}, and this stack would make a second: of two, no service finds either`,
    [
      "Nothing was written. To use what is there as it is:",
      ...[...several].map(
        (it) =>
          `First rename all but one ${it} (Zero Trust): what uses them names them by id, and goes on.`,
      ),
      ...new Set(taken.map(({ kind, use }) => `${kind}: ${use}.`)),
      ...(ids.length > 0
        ? [
            `If a deploy of yours made it and its state is lost, run: npm run adopt -- STACK --ours ${ids.join(" ")}`,
          ]
        : []),
    ].join("\n"),
  );
}

function isAlike(one: Taken, other: Taken): boolean {
  return one.kind === other.kind && one.other.name === other.other.name;
}

function mapIn(value: Value | undefined): { readonly [name: string]: Value } {
  return typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Unknown) &&
    !(value instanceof Dynamic)
    ? value
    : {};
}
