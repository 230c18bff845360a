/** What a plan says of an expression in the configuration. */
export interface Expression {
  /** The value as written. Templates stand in it as `${…}` where the configuration is JSON. */
  readonly constant_value?: unknown;
  readonly references?: readonly string[];
}

/**
 * The value of `type.name.attribute`: known, or a placeholder for what will be.
 * Undefined where it can't be told.
 */
export type Resolve = (address: string, attribute: string) => unknown;

const REFERENCE = /^\$\{([a-z0-9_]+\.[\w-]+)\.([a-z0-9_]+)\}$/;

/**
 * A planned value with what is not known yet filled in from the configuration,
 * where that is a plain reference to another resource. What can't be told is
 * left out. Sets lose their order in a plan, so a value is matched with what
 * it may have been written as.
 *
 * @param unknown the value's part of the plan's `after_unknown`
 * @param written the value as the configuration has it
 * @param onOpen called for each part that can't be told
 */
export function fillIn(
  value: unknown,
  unknown: unknown,
  written: unknown,
  resolve: Resolve,
  onOpen: () => void,
): unknown {
  if (unknown === true) return resolved(written, resolve, onOpen);
  if (Array.isArray(unknown)) {
    const values: readonly unknown[] = Array.isArray(value) ? value : [];
    const left = new Map<number, unknown>(
      Array.isArray(written) ? written.entries() : [],
    );
    // In a list its place tells it, in a set its looks do.
    const take = (index: number, looks: (written: unknown) => boolean) => {
      const place = [index, ...left.keys()].find(
        (at) => left.has(at) && looks(left.get(at)),
      );
      const partner = left.get(place ?? -1);
      return left.delete(place ?? -1) ? { partner } : undefined;
    };
    // What is known goes first, so that nothing else is taken for it.
    const open = [...unknown.entries()].filter(([, part]) => isOpen(part));
    const known = [...unknown.entries()].filter(
      ([index, part]) =>
        !isOpen(part) &&
        !take(index, (one) => fits(one, values[index], part, resolve, true)),
    );
    for (const [index, part] of known)
      take(index, (one) => fits(one, values[index], part, resolve, false));
    const filled = new Map(
      open.map(([index, part]) => {
        const found = take(index, (one) =>
          fits(one, values[index], part, resolve, false),
        );
        return [
          index,
          fillIn(values[index], part, found?.partner, resolve, onOpen),
        ];
      }),
    );
    return unknown.map((_, index) =>
      filled.has(index) ? filled.get(index) : values[index],
    );
  }
  if (isObject(unknown)) {
    const values = isObject(value) ? value : {};
    const parts = isObject(written) ? written : {};
    const keys = new Set([...Object.keys(values), ...Object.keys(unknown)]);
    return Object.fromEntries(
      [...keys].map((key) => [
        key,
        fillIn(values[key], unknown[key], parts[key], resolve, onOpen),
      ]),
    );
  }
  return value;
}

/** Whether anything in a part of `after_unknown` is unknown. */
export function isOpen(unknown: unknown): boolean {
  if (unknown === true) return true;
  if (typeof unknown !== "object" || unknown === null) return false;
  return Object.values(unknown).some(isOpen);
}

/**
 * Whether a value may have been written so.
 *
 * @param surely a template has to lead to that very value
 */
function fits(
  written: unknown,
  value: unknown,
  unknown: unknown,
  resolve: Resolve,
  surely: boolean,
): boolean {
  // Only a template leaves a whole element open.
  if (unknown === true) return isTemplate(written);
  if (isTemplate(written)) {
    const led = referred(written, resolve);
    return led === undefined ? !surely : isOpen(unknown) || led === value;
  }
  if (isObject(written)) {
    const values = isObject(value) ? value : {};
    const open = isObject(unknown) ? unknown : {};
    const keys = [...Object.keys(written), ...Object.keys(open)];
    return keys.every((key) =>
      fits(written[key], values[key], open[key], resolve, surely),
    );
  }
  if (typeof written === "object" && written !== null) return true;
  return !isOpen(unknown) && (written ?? null) === (value ?? null);
}

/** What a plain reference leads to; undefined for any other text, and where it can't be told. */
function referred(written: string, resolve: Resolve): unknown {
  const [, address, attribute] = REFERENCE.exec(written) ?? [];
  return address === undefined || attribute === undefined
    ? undefined
    : resolve(address, attribute);
}

function resolved(
  written: unknown,
  resolve: Resolve,
  onOpen: () => void,
): unknown {
  if (typeof written === "string") {
    const value = referred(written, resolve);
    if (value !== undefined) return value;
    if (!isTemplate(written)) return written;
    onOpen();
    return undefined;
  }
  if (Array.isArray(written))
    return written.map((part) => resolved(part, resolve, onOpen));
  if (isObject(written))
    return Object.fromEntries(
      Object.entries(written).map(([key, part]) => [
        key,
        resolved(part, resolve, onOpen),
      ]),
    );
  if (written === undefined) onOpen();
  return written;
}

/** `${…}`, and the directives `%{ if … }` and `%{ for … }`. */
function isTemplate(written: unknown): written is string {
  return typeof written === "string" && /[$%]\{/.test(written);
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
