import { setTimeout as sleep } from "node:timers/promises";
import type Cloudflare from "cloudflare";
import { NotKnown } from "./not-known";

/** What some policies would do with someone who has logged in before. */
export interface PolicyVerdict {
  readonly email: string;
  readonly verdict: "approved" | "blocked" | "error";
}

/** A test takes seconds for a few people, and minutes for thousands. */
const LOOKS = 20;
const PAUSE_MS = 1000;

/**
 * Has Cloudflare try policies on everyone who has logged in before.
 *
 * @throws NotKnown where that takes too long
 * @see https://developers.cloudflare.com/cloudflare-one/access-controls/policies/policy-management/#test-your-policies
 */
export async function testPolicies(
  client: Cloudflare,
  account_id: string,
  policyIds: readonly string[],
): Promise<PolicyVerdict[]> {
  const { policyTests } = client.zeroTrust.access.applications;
  const account = { account_id };
  const { id = "" } = await policyTests.create({
    ...account,
    policies: [...policyIds],
  });
  for (let look = 0; look < LOOKS; look++) {
    const { status, total_users } = await policyTests.get(id, account);
    if (status === "complete") {
      // So it is after a first deploy.
      if (total_users === 0) return [];
      const verdicts: PolicyVerdict[] = [];
      for await (const user of policyTests.users.list(id, account))
        verdicts.push({
          email: user.email ?? "",
          verdict: user.status ?? "error",
        });
      return verdicts;
    }
    if (status !== "processing") break;
    await sleep(PAUSE_MS);
  }
  throw new NotKnown("Cloudflare did not complete the policy test");
}
