import { normalizePath } from "../../access/normalize-path";
import { pathExpression } from "../../access/path-pattern";
import { decodePath } from "../../ingress/match";
import { automatonOf, isOpaque } from "../../languages/automaton";
import { malformedPaths } from "../../review/malformed";
import { requestClasses } from "../../review/spellings";
import { Dice, randomOf } from "./dice";

const PATTERNS = ["/a", "/a*", "/a/*/b", "/%zz", "/*%", "/x%c3%a"];
const PIECES = ["a", "b", "/", "//", "..", "%", "%c3%a", "%zz", "x", "/../"];

function language(expression: string) {
  const automaton = automatonOf(expression);
  if (isOpaque(automaton)) throw new Error(automaton.opaque);
  return automaton;
}

test.each(["rfc3986", "cloudflare"] as const)(
  "a path with a broken encoding stands for each class of them (%s)",
  (normalization) => {
    const dice = new Dice(randomOf(13));
    const patterns = PATTERNS.map(
      (one) => new RegExp(pathExpression(one), "s"),
    );
    const automata = PATTERNS.map((one) =>
      language(`(?s)${pathExpression(one)}`),
    );
    const classOf = (path: string) =>
      patterns
        .map((one) => Number(one.test(normalizePath(path, normalization))))
        .join("");
    const wellFormed = requestClasses(automata, [], normalization) ?? [];
    const found = malformedPaths(
      automata,
      wellFormed.map(({ path }) => path),
      normalization,
    );
    expect(found.filter((path) => decodePath(path) !== undefined)).toEqual([]);
    const known = new Set(found.map(classOf));
    const tried = Array.from(
      { length: 3000 },
      () => `/${Array.from({ length: 5 }, () => dice.oneOf(PIECES)).join("")}`,
    ).filter((path) => decodePath(path) === undefined);
    expect(tried.length).toBeGreaterThan(1000);
    expect(tried.filter((path) => !known.has(classOf(path)))).toEqual([]);
  },
);
