import type { DecisionTree, SettledDecision } from "../access/decision";

/** What each answer to a fact comes to, in one text at the end. */
type Outline =
  | string
  | {
      readonly fact: string;
      readonly branches: readonly (readonly [answer: string, then: Outline])[];
    };

/** Past so many facts their order is left as it was found. */
const MOST_FACTS = 8;
/** The answer that stands for all values that no rule names. */
const OTHER = "(other)";

/**
 * Which answers to which facts lead to what, as text: the same wherever the
 * same answers come to the same end, in whatever order the facts were asked.
 *
 * @param end what a decision comes to
 */
export function outline(
  tree: DecisionTree,
  end: (decision: SettledDecision) => string,
): string {
  const drawn = draw(tree, end);
  const facts = [...factsIn(drawn)].sort();
  return facts.length > MOST_FACTS
    ? print(drawn)
    : print(inOrder(drawn, facts));
}

function draw(
  tree: DecisionTree,
  end: (decision: SettledDecision) => string,
): Outline {
  if ("decision" in tree) return end(tree.decision);
  return node(
    tree.fact,
    tree.branches.map(({ answer, then }) => [answer, draw(then, end)]),
  );
}

/** A fact whose answers all come to the same is none. */
function node(
  fact: string,
  branches: readonly (readonly [string, Outline])[],
): Outline {
  const other = print(branches.find(([answer]) => answer === OTHER)?.[1]);
  const telling = branches.filter(
    ([answer, then]) => answer === OTHER || print(then) !== other,
  );
  const [first, ...others] = telling;
  if (first && others.every(([, then]) => print(then) === print(first[1])))
    return first[1];
  return { fact, branches: telling };
}

function factsIn(one: Outline, found = new Set<string>()): Set<string> {
  if (typeof one === "string") return found;
  found.add(one.fact);
  for (const [, then] of one.branches) factsIn(then, found);
  return found;
}

function inOrder(one: Outline, [fact, ...others]: readonly string[]): Outline {
  if (fact === undefined || typeof one === "string") return one;
  return node(
    fact,
    [...answersTo(one, fact)].map((answer) => [
      answer,
      inOrder(supposing(one, fact, answer), others),
    ]),
  );
}

function answersTo(
  one: Outline,
  fact: string,
  found = new Set<string>(),
): Set<string> {
  if (typeof one === "string") return found;
  for (const [answer, then] of one.branches) {
    if (one.fact === fact) found.add(answer);
    answersTo(then, fact, found);
  }
  return found;
}

function supposing(one: Outline, fact: string, answer: string): Outline {
  if (typeof one === "string") return one;
  if (one.fact === fact) {
    const known = new Map(one.branches);
    return known.get(answer) ?? known.get(OTHER) ?? one.branches[0]![1];
  }
  return node(
    one.fact,
    one.branches.map(([own, then]) => [own, supposing(then, fact, answer)]),
  );
}

function print(one: Outline | undefined): string {
  if (typeof one !== "object") return one ?? "";
  return `${one.fact}?${JSON.stringify(
    one.branches
      .map(([answer, then]) => [answer, print(then)])
      .sort(([a = ""], [b = ""]) => (a < b ? -1 : 1)),
  )}`;
}
