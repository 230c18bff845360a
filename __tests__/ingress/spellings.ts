import { posix, win32 } from "node:path";
import * as fc from "fast-check";
import { decodePath } from "../../ingress/match";

/** Parts of paths that some program reads as something else. */
const EVIL = [
  ...["..", ".", "...", ". .", "..;", ";x", ";", "\\", "..\\", "//", "?", "#"],
  ...["%2e", "%2E%2e", "%2f", "%5c", "%252e", "%25", "%", "%zz", "%00", "%0a"],
  ...["%c0%ae", "%c0%af", "%e0%80%ae", "%ff", "%ed%a0%80", "%3b", "%3f", "%23"],
  ...["\uff0e", "\uff0f", "\uff3c", "\uff05", "\u2024", "\u2025", "\u2215"],
  ...["\u200d", "\u200b", "\u0301", "\u00a0", "\u0085", "\ufffd", "\u{1f600}"],
  ...["%ef%bc%8e", "%cc%81", "%20", " ", "\t", "\u007f", "\u037e"],
];
const GOOD = [
  ...["a", "rest", "Jürgen", "order.created", ".env", "c.json", "日本", "2026"],
  ...[
    "a:b",
    "~x",
    "@v",
    "1+1",
    "a=b,c!",
    "(1)",
    "it's",
    "a%20b",
    "%61",
    "%41b",
  ],
  ...["%C3%BC", "e\u0301", "हि", "٣", "[id]", "$x*&"],
];

const part = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...GOOD) },
  { weight: 4, arbitrary: fc.constant("/") },
  { weight: 1, arbitrary: fc.constantFrom(...EVIL) },
);
const below = fc.array(part, { maxLength: 8 }).map((parts) => parts.join(""));

/** What follows a path, from harmless to hostile. */
export const lookalikes = below;

/** Decoded paths at and around a path, of characters of all sorts. */
export const stringsOf = (path: string): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.constantFrom(path, `${path}/`, `${path}/`, "/", path.slice(1)),
      fc.oneof(
        below,
        fc.string({ unit: "grapheme" }),
        fc.string({ unit: "binary" }),
      ),
    )
    .map(([start, rest]) => start + rest);

/** Request targets at and below a path, any character of which may be encoded. */
export const rawTargets = (path: string): fc.Arbitrary<string> =>
  fc.tuple(below, fc.infiniteStream(fc.nat({ max: 9 }))).map(([rest, chance]) =>
    [...`${path}/${rest}`]
      .map((one) => {
        const encode = chance.next().value === 0;
        if (one === "%") return one;
        return encode || !/[!-~]/.test(one) ? percent(one) : one;
      })
      // A slash at the start is not part of any path's name.
      .join("")
      .replace(/^%2f/i, "/"),
  );

function percent(text: string): string {
  return Buffer.from(text, "utf8")
    .toString("hex")
    .replace(/../g, (byte) => `%${byte}`);
}

/** How services and proxies read a path: each once, in any order. */
const STEPS: readonly ((path: string) => string)[] = [
  (path) => decodePath(path) ?? path,
  (path) => decodePath(path) ?? path,
  (path) => path.replace(/%2e/gi, "."),
  (path) => path.replace(/%2f/gi, "/"),
  (path) => new URL(path.replace(/^\/+/, "/"), "http://a").pathname,
  (path) => posix.normalize(path),
  (path) => win32.normalize(path).replaceAll("\\", "/"),
  (path) => path.replaceAll("\\", "/"),
  (path) => path.replace(/\/{2,}/g, "/"),
  (path) => path.replace(/;[^/]*/g, ""),
  (path) => path.replace(/[?#].*$/s, ""),
  (path) => path.replace(/\0.*$/s, ""),
  (path) => path.normalize("NFKC"),
  (path) => path.normalize("NFKD").replace(/\p{M}/gu, ""),
  (path) => path.replace(/\p{Cf}|\p{Cc}/gu, ""),
  (path) =>
    path
      .split("/")
      .map((name) => name.trim())
      .join("/"),
  (path) =>
    path
      .split("/")
      .map((name) => name.replace(/[. ]+$/, ""))
      .join("/"),
];

/** One program after the other reads a path. */
export const readings: fc.Arbitrary<(path: string) => string> = fc
  .shuffledSubarray([...STEPS], { maxLength: 5 })
  .map((steps) => (path) => steps.reduce((read, step) => step(read), path));
