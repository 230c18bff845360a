import type { PolicyVerdict } from "../account/policy-test";
import { kept, notChecked, type ProbeOutcome } from "./check";
import type { Deployed, World } from "./world";

const NOBODY = "nobody here can log in";

/**
 * Where nobody can be asked to log in: what Cloudflare says that the service's
 * policies do with those who have logged in before. It shows that somebody gets
 * in, or stays out, and never that a promise is broken: who should is not known
 * here.
 *
 * @param wanted the verdict that shows the promise
 * @see https://developers.cloudflare.com/cloudflare-one/access-controls/policies/policy-management/#test-your-policies
 */
export async function byPolicyCheck(
  { aud }: Deployed,
  { account }: World,
  wanted: Exclude<PolicyVerdict["verdict"], "error">,
): Promise<ProbeOutcome> {
  if (!account) return notChecked(NOBODY);
  const application = (await account.applications()).find(
    (one) => one.aud === aud,
  );
  const ids = (application?.policies ?? []).flatMap((policy) =>
    typeof policy === "string" ? policy : (policy.id ?? []),
  );
  if (ids.length === 0) return notChecked(`${NOBODY}, and no policy is there`);
  const people = await account.policyTest(ids);
  if (people.length === 0)
    return notChecked(`${NOBODY}, and nobody has logged in before`);
  const fitting = people.filter(({ verdict }) => verdict === wanted);
  const [one] = fitting;
  if (!one)
    return notChecked(
      `${NOBODY}, and of ${people.length} who logged in before none is ${wanted}`,
    );
  return kept(
    `Cloudflare's policy check: ${wanted} are ${fitting.length} of ${people.length} who logged in before, ${one.email} among them`,
  );
}
