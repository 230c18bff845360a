import { z } from "zod/mini";
import { RULE_IDS, type RuleId } from "./rule-ids";

/**
 * A house rule that one stack may break in one place for a while: in the way
 * that the review showed which brought the waiver. Another way, a longer session
 * or another server, takes a waiver of a new reason or date.
 */
export interface Waiver {
  /** Id of the house rule, as docs/house-rules.md has it. */
  readonly rule: RuleId;
  /**
   * Where, as the review names it after the stack: a host, a token, Terraform's
   * address of a resource.
   *
   * @default - the only place where the stack breaks the rule; with a second
   * one the waiver covers neither
   */
  readonly resource?: string;
  /**
   * A part of what the review says that it found there, such as `720h`: the
   * waiver covers nothing else, and that for as long as it lasts. Needed for
   * what only the code tells, such as a module.
   *
   * @default - what the change breaks that brings the waiver
   */
  readonly found?: string;
  /** Why the rule may be broken here: reviewers read it. */
  readonly reason: string;
  /** The last day on which it may, in UTC, within a year from the review: `2027-01-31`. */
  readonly until: string;
}

/** A waiver of a stack. */
export interface StackWaiver extends Waiver {
  readonly stack: string;
}

/** Output of a stack that takes its waivers from the code to the review. */
export const WAIVERS_OUTPUT = "waivers";

const WAIVERS = z.array(
  z.object({
    rule: z.enum(RULE_IDS),
    resource: z.optional(z.string()),
    found: z.optional(z.string()),
    reason: z.string(),
    until: z.string(),
  }),
);

/** What is wrong with the waivers of a stack, whatever day it is. */
export function waiverFaults(waivers: readonly Waiver[]): string[] {
  return waivers.flatMap(({ found, reason, resource, rule, until }, index) => {
    const named = `the waiver of "${rule}"`;
    return [
      !RULE_IDS.includes(rule) &&
        `there is no house rule "${rule}": there are ${RULE_IDS.join(", ")}`,
      waivers.findIndex(
        (one) =>
          one.rule === rule && one.resource === resource && one.found === found,
      ) !== index && `${named} appears twice: keep one`,
      found !== undefined &&
        found.trim() === "" &&
        `${named} has an empty "found": give a part of what the review says, or leave it out`,
      reason.trim() === "" &&
        `${named} has no reason: say why the rule may be violated here`,
      !isDay(until) &&
        `${named} must end on a date such as "2027-01-31", got "${until}"`,
    ].filter((fault) => typeof fault === "string");
  });
}

/** What a plan of a stack says of its outputs. */
interface PlannedOutputs {
  readonly stack: string;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** The waivers that the plans of stacks carry. */
export function waiversIn(plans: readonly PlannedOutputs[]): StackWaiver[] {
  return plans.flatMap(({ outputs, stack }) => {
    const waivers = outputs[WAIVERS_OUTPUT];
    if (waivers === undefined || waivers === null) return [];
    return WAIVERS.parse(waivers).map((waiver) => ({ ...waiver, stack }));
  });
}

/** Whether the last day of a waiver is over. */
export function isExpired({ until }: Waiver, now: Date): boolean {
  return now.toISOString().slice(0, 10) > until;
}

/** Whether a waiver lasts for more than a year from now. */
export function isTooLong({ until }: Waiver, now: Date): boolean {
  const year = new Date(now);
  year.setUTCFullYear(now.getUTCFullYear() + 1);
  return until > year.toISOString().slice(0, 10);
}

function isDay(text: string): boolean {
  const day = new Date(`${text}T00:00:00Z`);
  return (
    !Number.isNaN(day.getTime()) && day.toISOString().slice(0, 10) === text
  );
}
