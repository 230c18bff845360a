import fc from "fast-check";
import { RE2JS } from "re2js";
import {
  automatonOf,
  isOpaque,
  type Automaton,
} from "../../languages/automaton";

function has(automaton: Automaton, text: string): boolean {
  let node: Automaton["initial"] | undefined = automaton.initial;
  for (const character of text) node = node?.out.get(character.codePointAt(0)!);
  return node !== undefined && automaton.finals.has(node);
}

const PIECES = [
  ...["a", "b", "/", ".", "\\.", "[a-c]", "[^/]", "\\w", "\\W", "\\d", "x"],
  ...["^", "$", "\\b", "\\B", "(?m:^)", "(?m:$)", "\\A", "\\z", "(?s:.)"],
  ...["(?i:k)", "(?i:s)", "é", "\\pL", "[[:alpha:]]", "\\Q.*\\E", "\\n"],
];

const pattern: fc.Arbitrary<string> = fc.letrec<{ one: string }>((tie) => ({
  one: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom(...PIECES),
    fc.tuple(tie("one"), tie("one")).map(([a, b]) => a + b),
    fc.tuple(tie("one"), tie("one")).map(([a, b]) => `(?:${a}|${b})`),
    fc
      .tuple(tie("one"), fc.constantFrom("*", "+", "?", "{2}", "{1,3}", "*?"))
      .map(([a, often]) => `(${a})${often}`),
  ),
})).one;

const text = fc.string({
  unit: fc.constantFrom(..."ab/.xkKsſK_0 é日\n*"),
  maxLength: 8,
});

test("has exactly the texts in which the engine finds a match", () => {
  fc.assert(
    fc.property(pattern, fc.array(text, { maxLength: 30 }), (source, texts) => {
      const automaton = automatonOf(source);
      if (isOpaque(automaton)) throw new Error(automaton.opaque);
      const engine = RE2JS.compile(source);
      for (const one of texts)
        expect([one, has(automaton, one)]).toEqual([one, engine.test(one)]);
    }),
    { seed: 20261127, numRuns: 500 },
  );
});

test.each(["^(?:[a-z]{900})$", "(a|b)*a(a|b){12}c"])(
  "says that %s can't be decided",
  (source) => expect(isOpaque(automatonOf(source))).toBe(true),
);
