import type { CompiledApplication } from "./compile-application";
import type { SettledDecision } from "./decision";

// Decisions are written out field by field wherever they are made: adding
// fields to a spread object made deciding less than half as fast.

/** No fact is missing. */
export const NOTHING: readonly never[] = [];

export function because(app: CompiledApplication, why: string): string {
  return `application ${app.label}: ${why}`;
}

/** Refused by status, without a page to log in at. */
export function refused(
  app: CompiledApplication,
  status: 401 | 403,
  why: string,
): SettledDecision {
  return status === 401
    ? {
        application: app.application,
        reason: because(app, why),
        dependsOn: NOTHING,
        outcome: "unauthorized",
        status,
      }
    : {
        application: app.application,
        reason: because(app, why),
        dependsOn: NOTHING,
        outcome: "forbidden",
        status,
      };
}
