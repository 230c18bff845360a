import type { CompiledApplication } from "./compile-application";
import type { SettledDecision } from "./decision";

const NOTHING: readonly never[] = [];

type Common = "application" | "reason" | "dependsOn";
type Rest<D> = D extends SettledDecision ? Omit<D, Common> : never;

/** A decision about which no fact is missing. */
export function settled(
  app: CompiledApplication,
  why: string,
  rest: Rest<SettledDecision>,
): SettledDecision {
  return {
    ...rest,
    application: app.application,
    reason: `application ${app.label}: ${why}`,
    dependsOn: NOTHING,
  };
}

/** Refused by status, without a page to log in at. */
export function refused(
  app: CompiledApplication,
  status: 401 | 403,
  why: string,
): SettledDecision {
  return status === 401
    ? settled(app, why, { outcome: "unauthorized", status })
    : settled(app, why, { outcome: "forbidden", status });
}
