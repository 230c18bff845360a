import { readFileSync } from "node:fs";
import { began } from "./process-start";

/** What the id of a note begins with that a route's plan leaves for its apply. */
export const OF_PLAN = "plan of ";

/** Whether a file is the note of a plan whose Terraform has ended. */
export function isOfEndedPlan(path: string): boolean {
  try {
    const { claim, id } = JSON.parse(readFileSync(path, "utf8")) as {
      readonly claim: string;
      readonly id: string;
    };
    const [, pid, start] = /^(\d+) (.*)$/.exec(claim) ?? [];
    return id.startsWith(OF_PLAN) && began(Number(pid)) !== start;
  } catch {
    return false; // whoever needs it says what is wrong with it
  }
}
