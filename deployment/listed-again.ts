import { EXISTING_APPLICATION } from "../base/existing-application";
import { journalEntries, type JournalEntry } from "./journal-entries";
import type { StateResource } from "./terraform";

/**
 * Ids of the policies that applications listed before a stack took them over. No
 * application lists them meanwhile, and a destroy has them listed again.
 */
export function listedAgain(
  state: readonly StateResource[],
  env: NodeJS.ProcessEnv,
): string[] {
  return [
    ...state
      .filter(({ type }) => type === EXISTING_APPLICATION)
      .map(({ values }) => values.previous),
    // A run that was cut off has noted it, and no state knows it yet.
    ...journalEntries(env)
      .filter(isApplication)
      .map(({ claim }) => claim),
  ].flatMap(policiesIn);
}

/** Entries of an application are named so by `providers/existing-application`. */
function isApplication({ id }: JournalEntry): boolean {
  return id.includes(" application ");
}

function policiesIn(document: unknown): string[] {
  if (typeof document !== "string" || document === "") return [];
  const { policies } = JSON.parse(document) as {
    policies?: readonly { readonly id?: unknown }[];
  };
  return (policies ?? []).map(({ id }) => String(id));
}
