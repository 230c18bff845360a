import { decide } from "../../access/decide";
import type { AccessOptions, Decision } from "../../access/decision";
import type {
  AccessAccount,
  Application,
  Organization,
  Policy,
} from "../../access/model";
import type { AccessRequest } from "../../access/request";
import { app, request } from "./examples";

/** The outcome in one word, with how a request passes. */
export function effect(decision: Decision): string {
  return decision.outcome === "pass"
    ? `pass:${decision.how}`
    : decision.outcome;
}

export interface Row {
  readonly policies: Policy[];
  readonly request?: Partial<AccessRequest>;
  readonly expected: string;
  /** Name of the policy that decides. */
  readonly by?: string;
  readonly app?: Partial<Application>;
  readonly organization?: Organization;
  readonly options?: AccessOptions;
}

/** One test a row. */
export function check(rows: Record<string, Row>): void {
  test.each(Object.entries(rows))("%s", (_, row) => {
    const account: AccessAccount = {
      applications: [app(row.policies, row.app)],
      organization: row.organization ?? null,
    };
    const decision = decide(account, request(row.request), row.options);
    expect(effect(decision)).toBe(row.expected);
    expect(decision.policy?.name).toBe(row.by);
    expect(decision.dependsOn).toEqual([]);
  });
}
