import type { Account } from "../account";
import type { Application, JsonObject, PolicyLink } from "../account-objects";
import { readApp, readPolicies, type PolicyEntry } from "./app-body";
import { ok, page } from "./envelope";
import { accessNotFound } from "./errors";
import { admits, contains, replace } from "./fields";
import { newPolicy, policyView } from "./policies";
import { route, type Routes } from "./router";
import { scimConfigView } from "./scim-config";

/**
 * Applications on the hosts of the account's zones.
 *
 * @see https://developers.cloudflare.com/api/resources/zero_trust/subresources/access/subresources/applications/
 */
export function apps(account: Account): Routes {
  const read = "Access: Apps and Policies Read";
  const write = "Access: Apps and Policies Write";

  function find(id: string | undefined): Application {
    const app = account.applications.get(id ?? "");
    if (app === undefined) throw accessNotFound();
    return app;
  }

  return {
    "GET /accounts/:account/access/apps": route(read, ({ query }) =>
      page(
        [...account.applications.values()]
          .filter((app) => matches(app, query))
          .map((app) => view(account, app)),
        query,
        1000,
      ),
    ),

    "POST /accounts/:account/access/apps": route(write, ({ body }) => {
      const settings = readApp(account, body);
      const policies = link(account, readPolicies(account, body));
      const now = account.timestamp();
      const app: Application = {
        ...settings,
        id: account.newId(),
        aud: account.newHex64(),
        policies,
        created_at: now,
        updated_at: now,
      };
      account.applications.set(app.id, app);
      return ok(singleView(account, app), { status: 201 });
    }),

    "GET /accounts/:account/access/apps/:id": route(read, ({ params }) =>
      ok(singleView(account, find(params.id))),
    ),

    "PUT /accounts/:account/access/apps/:id": route(
      write,
      ({ params, body }) => {
        const app = find(params.id);
        const { id, aud, created_at } = app;
        const settings = readApp(account, body, id);
        const entries = readPolicies(account, body, app.policies);
        const policies = link(account, entries);
        dropInlinePolicies(account, app.policies, policies);
        replace(app, {
          ...settings,
          id,
          aud,
          policies,
          created_at,
          updated_at: account.timestamp(),
        });
        return ok(singleView(account, app));
      },
    ),

    "DELETE /accounts/:account/access/apps/:id": route(write, ({ params }) => {
      const { id, policies } = find(params.id);
      account.applications.delete(id);
      dropInlinePolicies(account, policies, []);
      return ok({ id }, { status: 202 });
    }),

    "POST /accounts/:account/access/apps/:id/revoke_tokens": route(
      "Access: Apps and Policies Revoke",
      ({ params }) => {
        const { id } = find(params.id);
        account.revocations.push({ app_id: id, at: account.timestamp() });
        return ok({}, { status: 202 });
      },
    ),
  };
}

function matches(app: Application, query: URLSearchParams): boolean {
  const exact = query.get("exact") === "true";
  const like = (value: string | undefined, wanted: string): boolean =>
    exact ? value === wanted : contains(value, wanted);
  return (
    admits(query, "aud", (wanted) => app.aud === wanted) &&
    admits(query, "domain", (wanted) => like(app.domain, wanted)) &&
    admits(query, "name", (wanted) => like(app.name, wanted)) &&
    admits(query, "search", (wanted) =>
      [app.name, app.domain, app.aud].some((value) => contains(value, wanted)),
    )
  );
}

/** Makes the policies that were written out, and sorts all by precedence. */
function link(account: Account, entries: PolicyEntry[]): PolicyLink[] {
  return entries
    .map((entry) => ({
      id: "id" in entry ? entry.id : newPolicy(account, entry.inline, false).id,
      precedence: entry.precedence,
    }))
    .sort((a, b) => a.precedence - b.precedence);
}

/** A policy inside an application goes when the application lets go of it. */
function dropInlinePolicies(
  account: Account,
  before: PolicyLink[],
  after: PolicyLink[],
): void {
  for (const { id } of before) {
    const kept = after.some((link) => link.id === id);
    if (!kept && account.policies.get(id)?.reusable === false) {
      account.policies.delete(id);
    }
  }
}

/** An application as lists show it: its policies in full, in their order. */
export function view(account: Account, app: Application): JsonObject {
  const { id, policies, scim_config, ...rest } = app;
  const shown = policies.map(({ id: policyId, precedence }) => {
    const policy = account.policies.get(policyId);
    const fields = policy ? policyView(account, policy) : { id: policyId };
    return { ...fields, precedence };
  });
  return structuredClone({
    id,
    uid: id,
    ...rest,
    ...(scim_config !== undefined && {
      scim_config: scimConfigView(scim_config),
    }),
    policies: shown,
  }) as JsonObject;
}

function singleView(account: Account, app: Application): JsonObject {
  const shown = view(account, app);
  if (account.switches.selfHostedDomains) {
    shown.self_hosted_domains = (app.destinations ?? []).flatMap(
      ({ uri }) => uri ?? [],
    );
  }
  return shown;
}
