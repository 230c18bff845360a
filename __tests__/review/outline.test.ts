import type { DecisionTree, SettledDecision } from "../../access/decision";
import { outline } from "../../review/outline";

const leaf = (reason: string): DecisionTree => ({
  decision: { reason } as SettledDecision,
});
const ask = (
  fact: string,
  answers: Readonly<Record<string, DecisionTree>>,
): DecisionTree => ({
  fact,
  branches: Object.entries(answers).map(([answer, then]) => ({ answer, then })),
});
const yesNo = (fact: string, yes: DecisionTree, no: DecisionTree) =>
  ask(fact, { true: yes, false: no });
const text = (tree: DecisionTree) => outline(tree, ({ reason }) => reason);

test("the order in which facts were asked makes no difference", () => {
  const [in_, out] = [leaf("in"), leaf("out")];
  const one = yesNo("a", yesNo("b", in_, out), out);
  const other = yesNo("b", yesNo("a", in_, out), out);
  expect(text(one)).toBe(text(other));
  expect(text(one)).not.toBe(text(yesNo("a", in_, yesNo("b", in_, out))));
});

test("a fact that changes nothing is none", () => {
  const [in_, out] = [leaf("in"), leaf("out")];
  const plain = yesNo("a", in_, out);
  expect(text(yesNo("b", plain, plain))).toBe(text(plain));
  expect(text(yesNo("a", in_, in_))).toBe("in");
});

test("a value that comes to what any other comes to is none", () => {
  const [in_, out] = [leaf("in"), leaf("out")];
  const named = ask("certificate", { one: in_, two: out, "(other)": out });
  const less = ask("certificate", { one: in_, "(other)": out });
  expect(text(named)).toBe(text(less));
  expect(text(named)).not.toBe(
    text(ask("certificate", { one: in_, two: in_, "(other)": out })),
  );
});
