import type { Normalization } from "../access/normalize-path";
import { NICE } from "../languages/classes";
import type { Product } from "../languages/product";

/** A piece of a path: as it is sent, as Access reads it, as the connector does. */
export interface Piece {
  readonly raw: string;
  readonly access: readonly number[];
  readonly rule: number;
  /** It says the same as a shorter one. */
  readonly spelled: boolean;
}

/** Where a path stands within a segment: at its start, after `.`, after `..`, further on. */
export enum At {
  Start,
  Dot,
  Dots,
  Name,
}

export const SLASH = 0x2f;
export const DOT = 0x2e;

/** Backslashes are slashes to Cloudflare's normalization. */
export function separators(normalization: Normalization): readonly Piece[] {
  const slash = { raw: "/", access: [SLASH], rule: SLASH, spelled: false };
  return normalization === "cloudflare"
    ? [slash, { raw: "\\", access: [SLASH], rule: 0x5c, spelled: true }]
    : [slash];
}

const UNRESERVED = /[\w.~-]/;
const RESERVED = /[:/?#[\]@!$&'()*+,;=%]/;
/** These never stand in a path as they are: they end it, or begin an encoding. */
const NEVER_PLAIN = /[/?#%]/;

/** Every letter that a path can have, in every spelling; of those that all patterns treat alike one. */
export function piecesOf(
  access: Product,
  rules: Product,
  normalization: Normalization,
): readonly Piece[] {
  const found = new Map<string, Piece>();
  const add = (raw: string, read: string, rule: number, spelled: boolean) => {
    const codes = [...read].map((one) => one.codePointAt(0)!);
    const key =
      rule === DOT
        ? "."
        : `${codes.map((code) => access.classOf(code)).join()} ${rules.classOf(rule)}`;
    const known = found.get(key);
    if (known === undefined || (known.spelled && !spelled))
      found.set(key, { raw, access: codes, rule, spelled });
  };
  const ascii = [
    ...NICE,
    ...Array.from({ length: 0x80 }, (_, code) => String.fromCharCode(code)),
  ];
  for (const one of ascii) {
    const code = one.codePointAt(0)!;
    const encoded = encodedOf(code);
    const isControl = code < 0x20 || code === 0x7f;
    if (UNRESERVED.test(one)) add(one, one, code, false);
    else if (RESERVED.test(one)) {
      if (!NEVER_PLAIN.test(one)) add(one, one, code, false);
      add(encoded, encoded, code, true);
    } else {
      add(encoded, encoded, code, isControl);
      if (one === "\\" && normalization === "rfc3986")
        add(one, encoded, code, true);
    }
  }
  for (const code of foreign(rules)) {
    const encoded = encodeURIComponent(String.fromCodePoint(code));
    add(encoded, encoded, code, false);
  }
  // A byte that is no character of UTF-8 is read as this one.
  for (const byte of ["%80", "%FF"]) add(byte, byte, 0xfffd, true);
  return [...found.values()];
}

/** Of each set of characters some beyond ASCII, with every last byte that their encoding may have. */
function foreign(rules: Product): number[] {
  const ranges = [
    ...rules.alphabet.map((set) => set.ranges),
    [{ min: 0x80, max: 0x10ffff }],
  ];
  return ranges.flatMap((all) => {
    const some: number[] = [];
    for (const { max, min } of all)
      for (
        let code = Math.max(min, 0x80);
        code <= max && some.length < 3 * LAST_BYTES;
        code++
      )
        if (code < 0xd800 || code > 0xdfff) some.push(code);
    return some;
  });
}

/** So many values the last byte of an encoded character has. */
const LAST_BYTES = 64;

function encodedOf(code: number): string {
  return `%${code.toString(16).toUpperCase().padStart(2, "0")}`;
}
