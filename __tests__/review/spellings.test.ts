import fc from "fast-check";
import { RE2JS } from "re2js";
import { normalizePath } from "../../access/normalize-path";
import { pathExpression } from "../../access/path-pattern";
import { decodePath } from "../../ingress/match";
import { automatonOf, isOpaque } from "../../languages/automaton";
import { requestClasses } from "../../review/spellings";

function language(pattern: string) {
  const automaton = automatonOf(pattern);
  if (isOpaque(automaton)) throw new Error(automaton.opaque);
  return automaton;
}

const ACCESS = [
  ...["/a", "/a/b", "/a*", "/a/*/b", "/b/", "/%2Fa", "/x*F", "/a;b", "/a/../b"],
  ...["/A", "/*é", "/a%C3%A9"],
];
const RULES = [
  ...["^/a(/[a-z]+)*$", "\\.json$", "a", "^/a/\\.\\./b$", "//", "\\\\", "^/b"],
  ...[
    "(?i)/a$",
    "\\ba\\b",
    ";",
    "é",
    "^/$",
    "/a/b/\\.\\./\\.\\./",
    "%2f",
    "\\.$",
  ],
];
const PIECES = [
  ...["a", "b", "A", "x", "/", "/", "//", ".", "..", "/../", "/./", "\\", ";"],
  ...["%2e", "%2F", "%2f", "%61", "%5c", "%3B", "é", "%C3%A9", "%C3%AF", "%FF"],
  ...["%25", "%252f", ".json", "%20", "/a/../", "%0a"],
];

test("every request in every spelling is in a class, and each class has its example", () => {
  let counted = 0;
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.constantFrom(...ACCESS), { maxLength: 3 }),
      fc.uniqueArray(fc.constantFrom(...RULES), { maxLength: 3 }),
      fc.constantFrom("rfc3986" as const, "cloudflare" as const),
      fc.array(
        fc
          .array(fc.constantFrom(...PIECES), { maxLength: 9 })
          .map((pieces) => `/${pieces.join("")}`),
        { minLength: 100, maxLength: 100 },
      ),
      (access, rules, normalization, paths) => {
        const patterns = access.map(
          (one) => new RegExp(pathExpression(one), "s"),
        );
        const compiled = rules.map((one) => RE2JS.compile(one));
        const keyOf = (path: string) => {
          const [normal, decoded] = [
            normalizePath(path, normalization),
            decodePath(path) ?? "",
          ];
          return [
            ...patterns.map((one) => one.test(normal)),
            ...compiled.map((one) => one.test(decoded)),
          ]
            .map(Number)
            .join("");
        };
        const classes = requestClasses(
          access.map((one) => language(`(?s)${pathExpression(one)}`)),
          rules.map(language),
          normalization,
        );
        const keys = (classes ?? []).map((one) => [
          [...one.access, ...one.rules].map(Number).join(""),
          one.path,
        ]);
        for (const [key, path] of keys)
          expect([path, keyOf(path!)]).toEqual([path, key]);
        const known = new Set(keys.map(([key]) => key));
        for (const path of paths) {
          counted += 1;
          expect([path, known.has(keyOf(path))]).toEqual([path, true]);
        }
      },
    ),
    { seed: 20261128, numRuns: Number(process.env.SPELLING_CASES ?? 30) },
  );
  expect(counted).toBeGreaterThan(1000);
});
