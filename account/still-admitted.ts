import type { Application } from "../access/model";
import { applicationsOn } from "./applications-on";

/** Which of some addresses the policies on a host name still, as they are in the account. */
export function stillAdmitted(
  applications: readonly Application[],
  hostname: string,
  emails: readonly string[],
): string[] {
  const named = new Set(
    applicationsOn({ applications: [...applications] }, hostname)
      .flatMap(({ policies }) => policies ?? [])
      .flatMap((policy) =>
        typeof policy !== "string" && policy.decision === "allow"
          ? (policy.include ?? [])
          : [],
      )
      .map(({ email }) =>
        String((email as { email?: unknown } | undefined)?.email).toLowerCase(),
      ),
  );
  return emails.filter((email) => named.has(email));
}
