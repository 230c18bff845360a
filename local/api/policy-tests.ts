import { decide } from "../../access/decide";
import type { Policy as AccessPolicy } from "../../access/model";
import { accessAccount } from "../access-account";
import type { Account } from "../account";
import type { AccessUser, Json, JsonObject } from "../account-objects";
import { ok, page } from "./envelope";
import { accessNotFound, invalidAccessRequest } from "./errors";
import { admits, isObject } from "./fields";
import { readPolicy } from "./policies";
import { route, type Routes } from "./router";

type Verdict = "approved" | "blocked" | "error";

interface PolicyTest {
  id: string;
  users: { id: string; email: string; name: string; status: Verdict }[];
}

/** What the filter of a list calls each verdict. */
const STATUSES: Record<string, Verdict> = {
  success: "approved",
  fail: "blocked",
  error: "error",
};

/** No application of the account can be here. */
const HOST = "policy-test.invalid";

/**
 * Tries policies on everyone who has logged in before. The results are there at
 * once; Cloudflare takes a while.
 *
 * @see https://developers.cloudflare.com/cloudflare-one/access-controls/policies/policy-management/#test-your-policies
 */
export function policyTests(account: Account): Routes {
  const tests = new Map<string, PolicyTest>();
  const read = "Access: Policy Test Read";

  function find(id: string | undefined): PolicyTest {
    const test = tests.get(id ?? "");
    if (test === undefined) throw accessNotFound();
    return test;
  }

  return {
    "POST /accounts/:account/access/policy-tests": route(
      "Access: Policy Test Write",
      ({ body }) => {
        const policies = readList(account, body.policies);
        const id = account.newId();
        const users = [...account.users.values()].map((user) => ({
          id: user.id,
          email: user.email,
          name: user.name,
          status: judge(account, policies, user),
        }));
        tests.set(id, { id, users });
        return ok({ id, status: "success" });
      },
    ),

    "GET /accounts/:account/access/policy-tests/:id": route(
      read,
      ({ params }) => ok(summary(find(params.id))),
    ),

    "GET /accounts/:account/access/policy-tests/:id/users": route(
      read,
      ({ params, query }) => {
        const users = find(params.id).users.filter(({ status }) =>
          admits(query, "status", (wanted) => STATUSES[wanted] === status),
        );
        return page(users, query, 50);
      },
    ),
  };
}

function readList(account: Account, list: Json | undefined): AccessPolicy[] {
  if (!Array.isArray(list) || list.length === 0) {
    throw invalidAccessRequest("policies is missing");
  }
  return list.map((entry) => {
    if (isObject(entry)) return readPolicy(entry);
    const policy = account.policies.get(String(entry));
    if (policy === undefined) {
      throw invalidAccessRequest(`policy ${String(entry)} not found`);
    }
    return policy;
  });
}

/** What does not hang on the person, as an address, is not known to the tester. */
function judge(
  account: Account,
  policies: AccessPolicy[],
  user: AccessUser,
): Verdict {
  const { email, idp = { id: "", type: "" } } = user;
  const decision = decide(
    {
      ...accessAccount(account, []),
      applications: [{ domain: HOST, policies }],
    },
    { host: HOST, path: "/", identity: { email, idp } },
  );
  if (decision.outcome === "depends") return "error";
  return decision.outcome === "pass" ? "approved" : "blocked";
}

function summary({ id, users }: PolicyTest): JsonObject {
  const count = (verdict: Verdict): number =>
    users.filter(({ status }) => status === verdict).length;
  const percent = (verdict: Verdict): number =>
    users.length === 0 ? 0 : Math.round((100 * count(verdict)) / users.length);
  return {
    id,
    status: "complete",
    total_users: users.length,
    percent_users_processed: 100,
    users_approved: count("approved"),
    users_blocked: count("blocked"),
    users_errored: count("error"),
    percent_approved: percent("approved"),
    percent_blocked: percent("blocked"),
    percent_errored: percent("error"),
  };
}
