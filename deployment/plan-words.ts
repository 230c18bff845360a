import { EXISTING_APPLICATION, unnotedIn } from "../base/existing-application";
import { TUNNEL_RECORD } from "../base/tunnel-record";
import type { ResourceChange } from "./terraform";

const WORDS = [
  ...["to create", "to change", "to replace", "to delete"],
  ...["to give back", "to use as it is", "to leave in place"],
] as const;

/** What becomes of one object, in words that follow its number. */
export type ChangeWord = (typeof WORDS)[number];

/** `2 to create, 1 to delete`: how much a plan changes. */
export function countsOf(changes: readonly ResourceChange[]): string {
  const words = changes.map(wordOf);
  const counts = WORDS.map((word) => ({
    word,
    count: words.filter((one) => one === word).length,
  })).filter(({ count }) => count > 0);
  return counts.length === 0
    ? "no object to change"
    : counts.map(({ count, word }) => `${count} ${word}`).join(", ");
}

export function wordOf({
  actions,
  after,
  before,
  type,
}: ResourceChange): ChangeWord {
  const creates = actions.includes("create");
  const deletes = actions.includes("delete");
  const isRecord = type === TUNNEL_RECORD;
  // A record has `previous` where it stands in the place of others.
  const takesOver = isRecord
    ? Boolean((after ?? before)?.previous)
    : type === EXISTING_APPLICATION;
  if (creates && deletes) return "to replace";
  if (creates) {
    if (after?.made === false) return "to use as it is";
    return takesOver ? "to change" : "to create";
  }
  if (deletes) {
    if (before?.made === false) return "to leave in place";
    if (!takesOver) return "to delete";
    if (isRecord) return before?.drift ? "to leave in place" : "to give back";
    return unnotedIn(before) ? "to change" : "to give back";
  }
  return actions.includes("forget") ? "to leave in place" : "to change";
}
