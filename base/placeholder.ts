/**
 * Begins the id of what another stack has yet to make, in plans that are never
 * applied. Nothing has such an id.
 */
export const NOT_DEPLOYED_YET = "not-deployed-yet: ";

/** The name of the tunnel that an id stands for; undefined for any other id. */
export function plannedTunnel(id: string): string | undefined {
  const prefix = `${NOT_DEPLOYED_YET}tunnel `;
  return id.startsWith(prefix) ? id.slice(prefix.length) : undefined;
}

/** Whether an id stands for something that is not made yet. */
export function isPlaceholder(id: string): boolean {
  return id.startsWith(NOT_DEPLOYED_YET);
}
