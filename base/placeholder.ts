/**
 * Begins the id of what another stack has yet to make, in plans that are never
 * applied. Nothing has such an id.
 */
export const NOT_DEPLOYED_YET = "not-deployed-yet: ";

/** Whether an id stands for something that is not made yet. */
export function isPlaceholder(id: string): boolean {
  return id.startsWith(NOT_DEPLOYED_YET);
}
