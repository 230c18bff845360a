type Block = Readonly<Record<string, unknown>>;

/**
 * Whether two `backend` blocks keep a state in the same place. A path to a file
 * of the machine is the machine's own.
 */
export function sameBackend(one: unknown, other: unknown): boolean {
  const without = (backend: unknown) =>
    JSON.stringify(backend, (key, value: unknown) =>
      key === "path" && typeof value === "string" ? "" : value,
    );
  return without(sorted(one)) === without(sorted(other));
}

function sorted(value: unknown): unknown {
  return isBlock(value)
    ? Object.fromEntries(
        Object.entries(value)
          .map(([key, part]) => [key, sorted(part)] as const)
          .sort(([a], [b]) => (a < b ? -1 : 1)),
      )
    : value;
}

function isBlock(value: unknown): value is Block {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
