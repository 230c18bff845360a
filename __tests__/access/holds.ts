import { decide } from "../../access/decide";
import type { AccessAccount, Rule } from "../../access/model";
import type { AccessRequest } from "../../access/request";
import { ANA, app, policy, request } from "./examples";

/** Whether a rule holds: yes, no, or the ids of the facts that it depends on. */
export function holds(
  rule: Rule,
  more: Partial<AccessRequest> = {},
  account: Partial<AccessAccount> = {},
): "yes" | "no" | string[] {
  const decision = decide(
    { applications: [app([policy("allow", [rule])])], ...account },
    request({ identity: ANA, ...more }),
  );
  if (decision.outcome === "depends")
    return decision.dependsOn.map(({ id }) => id);
  return decision.outcome === "pass" ? "yes" : "no";
}

export type Row = [
  string,
  Rule,
  Partial<AccessRequest>,
  ReturnType<typeof holds>,
];
