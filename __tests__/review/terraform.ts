import { isDeepStrictEqual } from "node:util";
import type { IngressRule } from "../../ingress/rule";
import {
  findReplaceable,
  withoutRule,
  withRule,
  withUpdatedRule,
} from "../../providers/tunnel-route/document";
import {
  printRule,
  replacedRule,
  toRule,
} from "../../providers/tunnel-route/route";
import type { ObjectValue } from "../../terraform-plugin/value";
import type { Code } from "./code";

type Values = Record<string, unknown>;

/** Calls Cloudflare's API and returns the result. */
export type Call = (
  method: string,
  path: string,
  body?: object,
) => Promise<Values>;

interface Resource {
  readonly type: string;
  /** Arguments and what Cloudflare made of them, as a state holds them. */
  readonly values: Values;
}

/** Stands for what is known after apply. */
const UNKNOWN = Symbol("known after apply");

/** A value that the code marks as sensitive. */
export class Sensitive {
  constructor(readonly value: unknown) {}
}

/** In the order in which things are made. */
const KINDS: Readonly<
  Record<
    string,
    { readonly path: string; readonly computed: readonly string[] }
  >
> = {
  cloudflare_zero_trust_access_identity_provider: {
    path: "access/identity_providers",
    computed: ["id"],
  },
  cloudflare_zero_trust_access_service_token: {
    path: "access/service_tokens",
    computed: ["id", "client_id", "expires_at"],
  },
  cloudflare_zero_trust_access_group: {
    path: "access/groups",
    computed: ["id"],
  },
  cloudflare_zero_trust_access_policy: {
    path: "access/policies",
    computed: ["id"],
  },
  cloudflare_zero_trust_access_application: {
    path: "access/apps",
    computed: ["id", "aud", "destinations", "self_hosted_domains"],
  },
  tunnel_route: { path: "", computed: ["claim"] },
  cloudflare_dns_record: { path: "", computed: ["id"] },
};

interface Step {
  readonly address: string;
  readonly type: string;
  readonly action: "create" | "update" | "replace" | "delete" | "no-op";
  readonly before?: Values;
  /** With UNKNOWN in it. */
  readonly after?: Values;
  readonly written: Values;
}

/**
 * A stack in small: plans as Terraform with our providers does, prints its
 * plans as `terraform show -json` does, and applies them by the API. Real
 * Terraform takes its place in the tests that can wait for it.
 */
export class Stack {
  readonly #state = new Map<string, Resource>();
  #steps: readonly Step[] = [];

  constructor(
    private readonly call: Call,
    private readonly accountId: string,
  ) {}

  /** Plans a change to this code; returns the plan as JSON. */
  async plan(code: Code, tainted: readonly string[] = []): Promise<string> {
    const steps: Step[] = [];
    const after = new Map<string, Values>();
    const resolve = (value: unknown): unknown => {
      if (typeof value === "string") {
        const [, address, attribute] =
          /^\$\{(\w+\.\w+)\.(\w+)\}$/.exec(value) ?? [];
        if (address === undefined || attribute === undefined) return value;
        return after.get(address)?.[attribute] ?? UNKNOWN;
      }
      if (Array.isArray(value)) return value.map(resolve);
      if (typeof value !== "object" || value === null) return value;
      if (value instanceof Sensitive) return value;
      return Object.fromEntries(
        Object.entries(value).map(([key, part]) => [key, resolve(part)]),
      );
    };
    for (const [type, section] of Object.entries(code))
      if (!(type in KINDS))
        for (const [name, written] of Object.entries(section))
          steps.push({
            address: `${type}.${name}`,
            type,
            action: "create",
            after: resolve(written) as Values,
            written,
          });
    for (const [type, { computed }] of Object.entries(KINDS))
      for (const [name, written] of Object.entries(code[type] ?? {})) {
        const address = `${type}.${name}`;
        const known = this.#state.get(address)?.values;
        const values = resolve(written) as Values;
        // What the code says itself is not left to Cloudflare.
        const open = computed.filter((key) => !(key in values));
        const same =
          known &&
          Object.keys({ ...known, ...values })
            .filter((key) => !open.includes(key) && !ROUTE_OWN.has(key))
            .every((key) =>
              // A secret by the provider's schema is none that the code makes one.
              isDeepStrictEqual(
                known[key],
                key === "config" ? knownPart(values[key]) : values[key],
              ),
            );
        const unknown = Object.fromEntries(open.map((key) => [key, UNKNOWN]));
        const moves = [...HOSTS].some(
          (key) =>
            key in values && !isDeepStrictEqual(known?.[key], values[key]),
        );
        const old = Object.fromEntries(
          open.map((key) => [
            key,
            // Once one of them changes Cloudflare is to say what the others are.
            moves && HOSTS.has(key) ? UNKNOWN : known?.[key],
          ]),
        );
        const action = !known
          ? "create"
          : tainted.includes(address)
            ? "replace"
            : same
              ? "no-op"
              : "update";
        const made = action === "create" || action === "replace";
        const planned = {
          ...values,
          ...(made ? unknown : old),
          ...(type === "tunnel_route" && (await this.#planned(values, known))),
        };
        after.set(address, planned);
        steps.push({
          address,
          type,
          action,
          before: known,
          after: planned,
          written,
        });
      }
    for (const [address, { type, values }] of this.#state)
      if (!after.has(address))
        steps.push({
          address,
          type,
          action: "delete",
          before: values,
          written: {},
        });
    this.#steps = steps;
    return JSON.stringify(print(steps));
  }

  /** Applies the last plan. */
  async apply(): Promise<void> {
    const order = Object.keys(KINDS);
    const place = ({ type }: Step) => order.indexOf(type);
    const coming = this.#steps
      .filter(({ after }) => after)
      .sort((a, b) => place(a) - place(b));
    const leaving: Step[] = [];
    for (const step of coming) {
      const { action, address, type } = step;
      if (action === "no-op") continue;
      const body = this.#resolved(step.written) as Values;
      if (action === "update") {
        this.#state.set(address, {
          type,
          values: await this.#update(type, body, step.before!, step.after!),
        });
        continue;
      }
      // Two applications can't have one domain; else the new comes before the old goes.
      if (action === "replace") {
        if (type.endsWith("_application")) await this.#delete(step);
        else leaving.push(step);
      }
      this.#state.set(address, {
        type,
        values: await this.#create(type, body, step.after!),
      });
    }
    const gone = this.#steps.filter(({ action }) => action === "delete");
    for (const step of [...gone, ...leaving].sort(
      (a, b) => place(b) - place(a),
    ))
      await this.#delete(step);
    for (const { address } of gone) this.#state.delete(address);
  }

  #resolved(value: unknown): unknown {
    if (typeof value === "string") {
      const [, address, attribute] =
        /^\$\{(\w+\.\w+)\.(\w+)\}$/.exec(value) ?? [];
      if (address === undefined || attribute === undefined) return value;
      return this.#state.get(address)?.values[attribute];
    }
    if (Array.isArray(value)) return value.map((part) => this.#resolved(part));
    if (value instanceof Sensitive) return value.value;
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, part]) => [key, this.#resolved(part)]),
    );
  }

  async #create(type: string, body: Values, after: Values): Promise<Values> {
    if (type === "tunnel_route") {
      await this.#write(body, (rules) =>
        withRule(rules, toRule(body as ObjectValue)),
      );
      return {
        ...body,
        id: after.id,
        replaced_rule: after.replaced_rule,
        claim: "now",
      };
    }
    return this.#known(
      type,
      body,
      await this.call("POST", this.#path(type, body), bodyOf(body)),
    );
  }

  async #update(
    type: string,
    body: Values,
    before: Values,
    after: Values,
  ): Promise<Values> {
    if (type === "tunnel_route") {
      await this.#write(body, (rules) =>
        withUpdatedRule(rules, toRule(body as ObjectValue)),
      );
      return {
        ...body,
        id: after.id,
        replaced_rule: after.replaced_rule,
        claim: before.claim,
      };
    }
    const path = `${this.#path(type, body)}/${String(before.id)}`;
    // The provider repeats the hosts that the code leaves to Cloudflare.
    const kept = Object.entries(after).filter(
      ([key, value]) => HOSTS.has(key) && value !== UNKNOWN,
    );
    const sent = { ...Object.fromEntries(kept), ...body };
    return this.#known(type, body, await this.call("PUT", path, bodyOf(sent)));
  }

  async #delete({ before = {}, type }: Step): Promise<void> {
    if (type === "tunnel_route") {
      const back =
        before.on_destroy === "remove"
          ? null
          : replacedRule(before as ObjectValue);
      const target = toRule(before as ObjectValue);
      await this.#write(before, (rules) => withoutRule(rules, target, back));
    } else
      await this.call(
        "DELETE",
        `${this.#path(type, before)}/${String(before.id)}`,
      );
  }

  /** What the provider of routes adds to a plan. */
  async #planned(values: Values, known: Values | undefined): Promise<Values> {
    const { hostname, path, tunnel_id } = values;
    const id = [
      this.accountId,
      tunnel_id,
      hostname,
      ...(path ? [path] : []),
    ].join("/");
    if (known) return { id, replaced_rule: known.replaced_rule, drift: null };
    const rules = await this.#rules(values);
    const place = findReplaceable(rules, toRule(values as ObjectValue));
    return {
      id,
      replaced_rule: printRule(place === undefined ? null : rules[place]!),
      drift: null,
    };
  }

  async #rules({ tunnel_id }: Values): Promise<readonly IngressRule[]> {
    const found = await this.call(
      "GET",
      `/accounts/${this.accountId}/cfd_tunnel/${String(tunnel_id)}/configurations`,
    );
    return (found.config as { ingress?: IngressRule[] } | null)?.ingress ?? [];
  }

  async #write(
    values: Values,
    change: (rules: readonly IngressRule[]) => readonly IngressRule[],
  ): Promise<void> {
    const ingress = change(await this.#rules(values));
    await this.call(
      "PUT",
      `/accounts/${this.accountId}/cfd_tunnel/${String(values.tunnel_id)}/configurations`,
      { config: { ingress } },
    );
  }

  #path(type: string, { zone_id }: Values): string {
    return type === "cloudflare_dns_record"
      ? `/zones/${String(zone_id)}/dns_records`
      : `/accounts/${this.accountId}/${KINDS[type]!.path}`;
  }

  #known(type: string, body: Values, answer: Values): Values {
    const { computed } = KINDS[type]!;
    return {
      ...Object.fromEntries(computed.map((key) => [key, answer[key]])),
      ...body,
    };
  }
}

const ROUTE_OWN: ReadonlySet<string> = new Set([
  "id",
  "replaced_rule",
  "drift",
  "claim",
]);

const HOSTS: ReadonlySet<string> = new Set([
  ...["domain", "destinations", "self_hosted_domains"],
]);

/** What the provider sends: all but what is part of the address. */
function bodyOf(values: Values): Values {
  return Object.fromEntries(
    Object.entries(values).filter(
      ([key]) => key !== "account_id" && key !== "zone_id",
    ),
  );
}

/** @see https://developer.hashicorp.com/terraform/internals/json-format#plan-representation */
function print(steps: readonly Step[]): object {
  const actions = {
    create: ["create"],
    update: ["update"],
    replace: ["create", "delete"],
    delete: ["delete"],
    "no-op": ["no-op"],
  };
  return {
    format_version: "1.2",
    resource_changes: steps.map(({ action, address, after, before, type }) => {
      const shown = after && asSets(type, after);
      return {
        address,
        mode: "managed",
        type,
        change: {
          // Two applications can't have one domain.
          actions:
            action === "replace" && type.endsWith("_application")
              ? ["delete", "create"]
              : actions[action],
          before: before ? asSets(type, before) : null,
          after: shown ? knownPart(shown) : null,
          after_unknown: shown ? unknownPart(shown) : {},
          before_sensitive: false,
          after_sensitive: shown ? sensitivePart(shown) : false,
        },
      };
    }),
    configuration: {
      root_module: {
        resources: steps
          .filter(({ after }) => after)
          .map(({ address, written }) => ({
            address,
            expressions: Object.fromEntries(
              Object.entries(written).map(([key, value]) => [
                key,
                { constant_value: asWritten(value) },
              ]),
            ),
          })),
      },
    },
  };
}

/** Terraform orders sets by a hash: here the other way round than they were written. */
function asSets(type: string, values: Values): Values {
  if (type !== "cloudflare_zero_trust_access_policy") return values;
  const turned = (list: unknown) =>
    Array.isArray(list) ? [...(list as unknown[])].reverse() : list;
  const { exclude, include, require } = values;
  return {
    ...values,
    include: turned(include),
    require: turned(require),
    exclude: turned(exclude),
  };
}

/** Where the configuration is JSON, templates are in it as they are. */
function asWritten(value: unknown): unknown {
  if (value instanceof Sensitive)
    return `\${sensitive(${JSON.stringify(value.value)})}`;
  if (Array.isArray(value)) return value.map(asWritten);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [key, asWritten(part)]),
  );
}

function sensitivePart(value: unknown): unknown {
  if (value instanceof Sensitive) return true;
  if (Array.isArray(value)) return value.map(sensitivePart);
  if (typeof value !== "object" || value === null) return false;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [key, sensitivePart(part)]),
  );
}

function knownPart(value: unknown): unknown {
  if (value instanceof Sensitive) return knownPart(value.value);
  if (value === UNKNOWN) return null;
  if (Array.isArray(value)) return value.map(knownPart);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, part]) => part !== UNKNOWN)
      .map(([key, part]) => [key, knownPart(part)]),
  );
}

function unknownPart(value: unknown): unknown {
  if (value === UNKNOWN) return true;
  if (value instanceof Sensitive) return unknownPart(value.value);
  if (Array.isArray(value)) return value.map((part) => unknownPart(part));
  if (typeof value !== "object" || value === null) return false;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [key, unknownPart(part)]),
  );
}
