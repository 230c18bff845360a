/** Kind of object -> id -> the object as its owner sees it. */
export type AccountSnapshot = Record<string, unknown>;

/** Keeps secrets out: they are not visible, and a snapshot gets printed. */
const SECRETS = new Set([
  "client_secret",
  "previous_client_secret",
  "tunnel_secret",
  "value",
]);

/** Copies what an account holds, of each kind a map by id, without secrets. */
export function snapshot(kinds: Record<string, unknown>): AccountSnapshot {
  const visible = Object.fromEntries(
    Object.entries(kinds).map(([kind, objects]) => [
      kind,
      objects instanceof Map ? withoutSecrets(objects) : objects,
    ]),
  );
  return JSON.parse(JSON.stringify(visible)) as AccountSnapshot;
}

function withoutSecrets(
  objects: ReadonlyMap<string, object>,
): Record<string, object> {
  return Object.fromEntries(
    [...objects].map(([id, object]) => [
      id,
      Object.fromEntries(
        Object.entries(object).filter(([key]) => !SECRETS.has(key)),
      ),
    ]),
  );
}
