import type { Account } from "../account";
import type {
  Decision,
  JsonObject,
  Policy,
  PolicySettings,
} from "../account-objects";
import { goDuration } from "../../base/duration";
import { ok, page } from "./envelope";
import { accessConflict, accessNotFound, invalidAccessRequest } from "./errors";
import { pick, replace, text } from "./fields";
import { withDefaults } from "./newer-settings";
import { route, type Routes } from "./router";
import { readRules } from "./rules";

const DECISIONS = ["allow", "deny", "non_identity", "bypass"];

/** Kept as written, but shown only where they are on. */
const TOGGLES = [
  "approval_required",
  "isolation_required",
  "purpose_justification_required",
];
const DETAILS = [
  "approval_groups",
  "purpose_justification_prompt",
  "connection_rules",
  "mfa_config",
];

/**
 * Reusable policies.
 *
 * @see https://developers.cloudflare.com/api/resources/zero_trust/subresources/access/subresources/policies/
 */
export function policies(account: Account): Routes {
  const read = "Access: Apps and Policies Read";
  const write = "Access: Apps and Policies Write";

  function find(id: string | undefined): Policy {
    const policy = account.policies.get(id ?? "");
    if (policy === undefined || !policy.reusable) throw accessNotFound();
    return policy;
  }

  return {
    "GET /accounts/:account/access/policies": route(read, ({ query }) =>
      page(
        [...account.policies.values()]
          .filter((policy) => policy.reusable)
          .map((policy) => policyView(account, policy)),
        query,
        100,
      ),
    ),

    "POST /accounts/:account/access/policies": route(write, ({ body }) => {
      const policy = newPolicy(account, body, true);
      return ok(policyView(account, policy), { status: 201 });
    }),

    "GET /accounts/:account/access/policies/:id": route(read, ({ params }) =>
      ok(policyView(account, find(params.id))),
    ),

    "PUT /accounts/:account/access/policies/:id": route(
      write,
      ({ params, body }) => {
        const policy = find(params.id);
        const { id, reusable, created_at } = policy;
        replace(policy, {
          ...readPolicy(body),
          id,
          reusable,
          created_at,
          updated_at: account.timestamp(),
        });
        return ok(policyView(account, policy));
      },
    ),

    "DELETE /accounts/:account/access/policies/:id": route(
      write,
      ({ params }) => {
        const { id } = find(params.id);
        if (account.appCount(id) > 0) {
          throw accessConflict("policy is used by an application");
        }
        account.policies.delete(id);
        return ok({ id }, { status: 202 });
      },
    ),
  };
}

/** Adds a policy to the account: a reusable one, or one inside an application. */
export function newPolicy(
  account: Account,
  body: JsonObject,
  reusable: boolean,
): Policy {
  const now = account.timestamp();
  const policy: Policy = {
    ...readPolicy(body),
    id: account.newId(),
    reusable,
    created_at: now,
    updated_at: now,
  };
  account.policies.set(policy.id, policy);
  return policy;
}

/** @throws ApiError 12130 with what is wrong */
export function readPolicy(body: JsonObject): PolicySettings {
  const name = text(body.name);
  if (name === undefined) throw invalidAccessRequest("policy name is missing");
  const decision = text(body.decision) ?? "";
  if (!DECISIONS.includes(decision)) {
    throw invalidAccessRequest("policy decision is missing or invalid");
  }
  const sessionDuration = text(body.session_duration);
  if (
    sessionDuration !== undefined &&
    goDuration(sessionDuration) === undefined
  ) {
    throw invalidAccessRequest("session_duration is not a duration");
  }
  const toggles = TOGGLES.filter((toggle) => body[toggle] === true);
  return {
    name,
    decision: decision as Decision,
    ...readRules(body),
    ...(sessionDuration !== undefined && { session_duration: sessionDuration }),
    ...Object.fromEntries(toggles.map((toggle) => [toggle, true])),
    ...withDefaults(pick(body, DETAILS)),
  };
}

/** A policy as the API shows it. */
export function policyView(account: Account, policy: Policy): JsonObject {
  const { id, ...rest } = policy;
  return structuredClone({
    id,
    uid: id,
    ...rest,
    app_count: account.appCount(id),
  }) as JsonObject;
}
