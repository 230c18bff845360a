import { NOT_DEPLOYED_YET } from "../base/placeholder";

/** What one stack makes and others look up by name. */
export type SharedKind = "login method" | "Access group" | "tunnel";

/**
 * The id that stands in plans, and only there, for something that another stack
 * of the same change has yet to make.
 */
export function placeholderId(kind: SharedKind, name: string): string {
  return `${NOT_DEPLOYED_YET}${kind} ${name}`;
}
