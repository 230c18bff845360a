import type { Account } from "../account";
import type { Application, JsonObject, Policy } from "../account-objects";
import { ok, page } from "./envelope";
import { accessNotFound, invalidAccessRequest } from "./errors";
import { replace } from "./fields";
import { newPolicy, policyView, readPolicy } from "./policies";
import { route, type Routes } from "./router";

/**
 * Policies of one application: it lists reusable ones too, and changes only
 * those that are its own.
 *
 * @see https://developers.cloudflare.com/api/resources/zero_trust/subresources/access/subresources/applications/subresources/policies/
 */
export function appPolicies(account: Account): Routes {
  const read = "Access: Apps and Policies Read";
  const write = "Access: Apps and Policies Write";
  const all = "/accounts/:account/access/apps/:app/policies";

  function find(id: string | undefined): Application {
    const app = account.applications.get(id ?? "");
    if (app === undefined) throw accessNotFound();
    return app;
  }

  function linked(app: Application, id: string | undefined) {
    const link = app.policies.find((one) => one.id === id);
    const policy = account.policies.get(id ?? "");
    if (link === undefined || policy === undefined) throw accessNotFound();
    return { link, policy };
  }

  function own(app: Application, id: string | undefined) {
    const found = linked(app, id);
    if (found.policy.reusable)
      throw invalidAccessRequest(
        "policy is reusable: change it at /access/policies",
      );
    return found;
  }

  const view = (policy: Policy, precedence: number): JsonObject => ({
    ...policyView(account, policy),
    precedence,
  });

  function precedenceIn(
    { policies }: Application,
    { precedence }: JsonObject,
    but?: string,
  ): number {
    const others = policies.filter(({ id }) => id !== but);
    const used = others.map((link) => link.precedence);
    if (typeof precedence !== "number") return Math.max(0, ...used) + 1;
    if (used.includes(precedence))
      throw invalidAccessRequest("policy precedences must be unique");
    return precedence;
  }

  return {
    [`GET ${all}`]: route(read, ({ params, query }) => {
      const app = find(params.app);
      const policies = app.policies.map(({ id, precedence }) =>
        view(linked(app, id).policy, precedence),
      );
      return page(policies, query, 100);
    }),

    [`POST ${all}`]: route(write, ({ body, params }) => {
      const app = find(params.app);
      const precedence = precedenceIn(app, body);
      const policy = newPolicy(account, body, false);
      app.policies.push({ id: policy.id, precedence });
      inOrder(app);
      return ok(view(policy, precedence), { status: 201 });
    }),

    [`GET ${all}/:id`]: route(read, ({ params }) => {
      const { link, policy } = linked(find(params.app), params.id);
      return ok(view(policy, link.precedence));
    }),

    [`PUT ${all}/:id`]: route(write, ({ body, params }) => {
      const app = find(params.app);
      const { link, policy } = own(app, params.id);
      const { created_at, id, reusable } = policy;
      const settings = readPolicy(body);
      const precedence =
        body.precedence === undefined
          ? link.precedence
          : precedenceIn(app, body, id);
      replace(policy, {
        ...settings,
        id,
        reusable,
        created_at,
        updated_at: account.timestamp(),
      });
      app.policies.splice(app.policies.indexOf(link), 1, { id, precedence });
      inOrder(app);
      return ok(view(policy, precedence));
    }),

    [`DELETE ${all}/:id`]: route(write, ({ params }) => {
      const app = find(params.app);
      const { link, policy } = own(app, params.id);
      app.policies.splice(app.policies.indexOf(link), 1);
      account.policies.delete(policy.id);
      return ok({ id: policy.id }, { status: 202 });
    }),
  };
}

function inOrder(app: Application): void {
  app.policies.sort((a, b) => a.precedence - b.precedence);
}
