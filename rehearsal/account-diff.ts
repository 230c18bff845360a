/** One place where two snapshots of an account differ. */
export interface Difference {
  /** Kind, id and fields down to the place: `tunnels.<id>.config.ingress.2`. */
  readonly path: string;
  /** What stood there before; undefined = nothing. */
  readonly before: unknown;
  /** What stands there now; undefined = nothing. */
  readonly after: unknown;
}

/**
 * What a rehearsal can't undo: the version counter of a tunnel's document and
 * the times of modification.
 */
const EXPECTED =
  /\.(configuration\.(version|created_at)|updated_at|(comment_|tags_)?modified_on)$/;

/** Compares two snapshots of an account, field by field. */
export function differences(
  before: unknown,
  after: unknown,
  path = "",
): Difference[] {
  if (EXPECTED.test(path)) return [];
  if (!isObject(before) || !isObject(after))
    return Object.is(before, after) ? [] : [{ path, before, after }];
  if (Array.isArray(before) !== Array.isArray(after))
    return [{ path, before, after }];
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].flatMap((key) =>
    differences(before[key], after[key], path === "" ? key : `${path}.${key}`),
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
