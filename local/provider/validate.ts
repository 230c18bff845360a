/** Checks of a configuration, in the words of the provider. */
import type { Diagnostics } from "../../terraform-plugin/provider";
import { isObjectValue } from "../../terraform-plugin/types";
import {
  UNKNOWN,
  type ObjectValue,
  type Value,
} from "../../terraform-plugin/value";

export type Validator = (config: ObjectValue, diagnostics: Diagnostics) => void;

/** The attribute is one of these; case does not matter. */
export function oneOf(attribute: string, ...allowed: string[]): Validator {
  return (config, diagnostics) => {
    const value = config[attribute];
    if (typeof value !== "string") return;
    const matches = allowed.some(
      (candidate) => candidate.toLowerCase() === value.toLowerCase(),
    );
    if (!matches)
      diagnostics.error(
        "Invalid Attribute Value Match",
        `Attribute ${attribute} value must be one of: [${allowed.map((a) => JSON.stringify(a)).join(" ")}], got: "${value}"`,
        [attribute],
      );
  };
}

/** Where one of the two attributes is, the other has to be. */
export function together(one: string, other: string): Validator {
  return (config, diagnostics) => {
    for (const [present, missing] of [
      [one, other],
      [other, one],
    ] as const) {
      if (isSet(config[present]) && !isSet(config[missing]))
        diagnostics.error(
          "Invalid Attribute Combination",
          `Attribute "${missing}" must be specified when "${present}" is specified`,
          [present],
        );
    }
  };
}

/** The two attributes exclude each other. */
export function conflicting(one: string, other: string): Validator {
  return (config, diagnostics) => {
    if (isSet(config[one]) && isSet(config[other]))
      diagnostics.error(
        "Invalid Attribute Combination",
        `Attribute "${other}" cannot be specified when "${one}" is specified`,
        [one],
      );
  };
}

/** The attribute still works, and should not be used any more. */
export function deprecated(attribute: string): Validator {
  return (config, diagnostics) => {
    if (isSet(config[attribute]))
      diagnostics.warn(
        "Attribute Deprecated",
        "This attribute is deprecated.",
        [attribute],
      );
  };
}

/** Each rule of the lists has one selector at most. */
export function oneSelectorPerRule(...lists: string[]): Validator {
  return (config, diagnostics) => {
    for (const list of lists) {
      for (const [index, rule] of objects(config[list]).entries()) {
        const selectors = Object.values(rule).filter(isSet);
        if (selectors.length > 1)
          diagnostics.error(
            "Invalid Attribute Value",
            `Attribute ${list}[${index}] must contain at most 1 elements, got: ${selectors.length}`,
            [list, index],
          );
      }
    }
  };
}

/** Runs checks on every object of a list, with the names as they are in there. */
export function each(list: string, ...checks: Validator[]): Validator {
  return (config, diagnostics) => {
    for (const [index, item] of objects(config[list]).entries()) {
      const inside: Diagnostics = {
        error: (summary, detail, path = []) =>
          diagnostics.error(summary, detail, [list, index, ...path]),
        warn: (summary, detail, path = []) =>
          diagnostics.warn(summary, detail, [list, index, ...path]),
      };
      for (const check of checks) check(item, inside);
    }
  };
}

/** Exactly one of the two attributes is there. */
export function exactlyOne(one: string, other: string): Validator {
  return (config, diagnostics) => {
    if (config[one] === UNKNOWN || config[other] === UNKNOWN) return;
    const count = [one, other].filter((name) => isSet(config[name])).length;
    if (count === 1) return;
    diagnostics.error(
      "Invalid Attribute Combination",
      count === 0
        ? `No attribute specified when one (and only one) of [${one},${other}] is required`
        : `${count} attributes specified when one (and only one) of [${one},${other}] is required`,
      [one],
    );
  };
}

function isSet(value: Value | undefined): boolean {
  return value !== null && value !== undefined;
}

function objects(value: Value | undefined): ObjectValue[] {
  return Array.isArray(value) ? value.filter(isObjectValue) : [];
}
