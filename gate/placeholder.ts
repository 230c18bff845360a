import { NOT_DEPLOYED_YET } from "../base/placeholder";
import { expressionsIn } from "./expressions";

/** Begins what stands for something that another stack has yet to make. */
export const PLACEHOLDER = `"${NOT_DEPLOYED_YET}`;

const ENDS = new RegExp(`(?<= : )${PLACEHOLDER}[^"\\\\$%]*"(?=\\}$)`);

/**
 * A text with the same words for every such placeholder. Only as what an
 * expression ends in that lies in no other, as lookups write it: what compares it
 * with something, or cuts a part out of it, could be one thing in a review and
 * another in a deploy.
 */
export function withoutPlaceholders(text: string): string {
  if (!text.includes(PLACEHOLDER)) return text;
  return expressionsIn(text).reduce(
    (found, one) => found.replace(one, () => one.replace(ENDS, '"not-found"')),
    text,
  );
}
