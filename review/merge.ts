import type * as access from "../access/model";
import { plannedTunnel } from "../base/placeholder";
import type { IngressRule } from "../ingress/rule";
import {
  findRule,
  withoutRule,
  withRule,
  withUpdatedRule,
} from "../providers/tunnel-route/document";
import { asGivenBack } from "./given-back";
import {
  resourcesOf,
  type AccountState,
  type Change,
  type DnsRecord,
  type Kinds,
  type Plan,
  type PlannedResource,
  type Route,
  type ServiceToken,
  type Tunnel,
} from "./change";

/** The account as it is, and as it will once all plans are applied. */
export function mergePlans(
  before: AccountState,
  planned: readonly Plan[],
): Change {
  const plans = asGivenBack(planned, before);
  const of = <K extends keyof Kinds>(kind: K) => resourcesOf(plans, kind);
  const tokens = apply<ServiceToken>(before.tokens, of("service_token"));
  const { access } = before;
  const after: AccountState = {
    ...before,
    access: {
      ...access,
      applications: apply<access.Application>(
        access.applications,
        of("application"),
      ),
      policies: apply<access.Policy>(access.policies ?? [], of("policy")),
      groups: apply<access.Group>(access.groups ?? [], of("group")),
      identity_providers: apply<access.IdentityProvider>(
        access.identity_providers ?? [],
        of("login_method"),
      ),
      service_tokens: tokens,
    },
    tokens,
    tunnels: withNew(before.tunnels, of("route")).map((tunnel) =>
      withRoutes(tunnel, of("route")),
    ),
    records: withFormer(
      apply<DnsRecord>(before.records, of("dns_record")),
      of("dns_record"),
    ),
  };
  // Where an application names a policy and writes it out as well, the id counts.
  return { before, after: inlineToReferences(after), plans };
}

/**
 * Objects after a plan. One that a plan leaves as it is stays as the account
 * has it; of one that it writes everything comes from the plan, as the API
 * drops what a write does not name, but for what only the account knows.
 */
function apply<T extends { readonly id?: string | null }>(
  existing: readonly T[],
  planned: readonly { action: string; before?: T; after?: T }[],
): T[] {
  const left = new Map(existing.map((one) => [one.id, one]));
  const added: T[] = [];
  for (const { action, before, after } of planned) {
    switch (action) {
      case "create":
        if (after) added.push(after);
        break;
      case "replace":
        left.delete(before?.id);
        if (after) added.push(after);
        break;
      case "delete":
        left.delete(before?.id);
        break;
      case "update":
        if (after && left.has(before?.id)) left.set(before?.id, after);
        else if (after) added.push(after);
        break;
    }
  }
  return [...left.values(), ...added];
}

/** What stands in the place of others takes them away, and leaves them when it goes. */
function withFormer(
  records: readonly DnsRecord[],
  planned: readonly PlannedResource<"dns_record">[],
): readonly DnsRecord[] {
  const gone = new Set(
    planned.flatMap(({ after }) =>
      (after?.previous ?? [])
        .map(({ id }) => id)
        .filter((id) => id !== after?.id),
    ),
  );
  const back = planned.flatMap(({ action, before }) =>
    action === "delete" || action === "replace" ? (before?.previous ?? []) : [],
  );
  return [...records.filter(({ id }) => !gone.has(id)), ...back];
}

/** With the tunnels that another stack of this change has yet to make. */
function withNew(
  tunnels: readonly Tunnel[],
  routes: readonly PlannedResource<"route">[],
): readonly Tunnel[] {
  const made = new Map<string, Tunnel>();
  for (const { after } of routes) {
    const id = after?.tunnel_id ?? "";
    const name = plannedTunnel(id);
    if (name !== undefined)
      made.set(id, { id, name, rules: [], source: "cloudflare" });
  }
  return [...tunnels, ...made.values()];
}

/**
 * A tunnel's document after the routes of all stacks are written. What leaves
 * goes first and what comes stays last, each placed as its provider places it.
 */
function withRoutes(
  tunnel: Tunnel,
  routes: readonly PlannedResource<"route">[],
): Tunnel {
  const of = (route: Route | undefined) => route?.tunnel_id === tunnel.id;
  let rules = tunnel.rules;
  const leaving = routes.filter(
    ({ action, before }) =>
      of(before) && (action === "delete" || action === "replace"),
  );
  const coming = routes.filter(({ after }) => of(after));
  for (const { before } of leaving) {
    if (!before || isTakenOver(before, coming)) continue;
    rules = withoutRule(rules, before, leftBehind(before));
  }
  for (const { action, after } of coming) {
    if (!after || action === "no-op") continue;
    const present = findRule(rules, after) !== undefined;
    rules =
      action === "update" && present
        ? withUpdatedRule(rules, after.rule)
        : withRule(rules, after.rule);
  }
  return { ...tunnel, rules };
}

/** Where a resource is renamed in code, its rule stays and the new one writes it. */
function isTakenOver(
  route: Route,
  coming: readonly PlannedResource<"route">[],
): boolean {
  return coming.some(
    ({ action, after }) => action === "create" && after?.id === route.id,
  );
}

/** The rule that a destroy of a route leaves in its place. */
export function leftBehind(route: Route): IngressRule | null {
  return route.on_destroy === "remove"
    ? null
    : (route.restored ?? route.replaced);
}

/**
 * An account whose applications name their reusable policies by id, so that a
 * change of a policy reaches every application that has it.
 */
export function inlineToReferences(state: AccountState): AccountState {
  const { access } = state;
  const reusable = new Set((access.policies ?? []).map(({ id }) => id));
  return {
    ...state,
    access: {
      ...access,
      applications: access.applications.map((application) =>
        withReferences(application, reusable),
      ),
    },
  };
}

function withReferences(
  application: access.Application,
  reusable: ReadonlySet<string | null | undefined>,
): access.Application {
  const policies = application.policies?.map((policy) => {
    if (typeof policy === "string") return policy;
    const { id, precedence } = policy;
    return reusable.has(id) ? { id, precedence } : policy;
  });
  return { ...application, ...(policies && { policies }) };
}
