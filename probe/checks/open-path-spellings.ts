/** Targets below an open path that docs/open-paths.md says are open. */
export function openTargets(path: string): readonly string[] {
  return [
    path,
    `${path}/`,
    `${path}/probe.check-1.json`,
    `${path}/deep/pro:be@a~b+c,d=e!/`,
    `${path}/J%C3%BCrgen%20probe?probe=..%2f..`,
  ];
}

/**
 * Targets that are not the open path, and may look like it to one of edge,
 * tunnel and service.
 *
 * @param elsewhere A path of the service that is not open.
 */
export function closedTargets(
  path: string,
  elsewhere: string,
): readonly string[] {
  const other = path.toUpperCase();
  return [
    `${path}-probe`,
    `${path}.probe`,
    `${path};probe`,
    `${path}/probe;probe`,
    ...(other === path ? [] : [other]),
    `/${path}/..;/probe`,
    `${path}/..${elsewhere}`,
    `${path}/%2e%2e${elsewhere}`,
    `${path}/%252e%252e${elsewhere}`,
    `${path}/..%2f${elsewhere.slice(1)}`,
    `${path}%2f..%2f${elsewhere.slice(1)}`,
    `${path}/..%5c${elsewhere.slice(1)}`,
    `${path}/%c0%ae%c0%ae${elsewhere}`,
    `${path}//..${elsewhere}`,
    `${path}/..;${elsewhere}`,
    `${path}/100%25`,
  ];
}
