/**
 * Differences between what Cloudflare answers and what a state or plan says
 * that mean nothing: there the value of the state or plan stays, so that no
 * change is shown.
 */
import { isObjectValue } from "../../terraform-plugin/types";
import type { ObjectValue, Value } from "../../terraform-plugin/value";

/** An adjustment of `data` by the state, or plan, that it is to replace. */
export type Normalization = (
  data: ObjectValue,
  source: ObjectValue,
) => ObjectValue;

/** Names of attributes for which a pair of values is the same. */
function keep(
  names: readonly string[],
  isSame: (value: Value, before: Value) => boolean,
): Normalization {
  return (data, source) => {
    const kept = names.filter(
      (name) =>
        name in data && isSame(data[name] ?? null, source[name] ?? null),
    );
    return {
      ...data,
      ...Object.fromEntries(kept.map((name) => [name, source[name] ?? null])),
    };
  };
}

/** `false` and null are the same. */
export function falseIsNull(...names: string[]): Normalization {
  return keep(names, (value, before) => value !== true && before !== true);
}

/** `true` and null are the same. */
export function trueIsNull(...names: string[]): Normalization {
  return keep(names, (value, before) => value !== false && before !== false);
}

/** No elements and null are the same. */
export function emptyIsNull(...names: string[]): Normalization {
  return keep(names, (value, before) => isEmpty(value) && isEmpty(before));
}

/** What the state has none of is not taken from the answer. */
export function nullStays(...names: string[]): Normalization {
  return keep(names, (_value, before) => before === null);
}

/** Whatever is answered, it stays as it was. */
export function stays(...names: string[]): Normalization {
  return keep(names, () => true);
}

/** What the answer leaves out stays as it was. */
export function absentStays(...names: string[]): Normalization {
  return keep(names, (value) => value === null);
}

export function all(...steps: Normalization[]): Normalization {
  return (data, source) =>
    steps.reduce((changed, step) => step(changed, source), data);
}

/** The same for the attributes of an object, where both sides have it. */
export function inside(name: string, normalize: Normalization): Normalization {
  return (data, source) => {
    const [value = null, before = null] = [data[name], source[name]];
    return isObjectValue(value) && isObjectValue(before)
      ? { ...data, [name]: normalize(value, before) }
      : data;
  };
}

/** Turns lists without elements into null. */
export function withoutEmpty(...names: string[]) {
  return (data: ObjectValue): ObjectValue => emptyIsNull(...names)(data, {});
}

function isEmpty(value: Value): boolean {
  return value === null || (Array.isArray(value) && value.length === 0);
}
