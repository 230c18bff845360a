import { code, codeBlock, shortened, table } from "../../review/markdown";

test("cells hold anything, on one line", () => {
  expect(table(["a", "b"], [["x|y", "first\n  second"]])).toBe(
    "| a | b |\n| --- | --- |\n| x\\|y | first<br>second |",
  );
});

test.each([
  ["@example.com", "`@example.com`"],
  ["a\nb", "`a b`"],
  ["a `tick`", "`` a `tick` ``"],
])("shows %j as it is, so that it does nothing on GitHub", (text, shown) => {
  expect(code(text)).toBe(shown);
});

test("a block ends where it should, whatever stands in it", () => {
  expect(codeBlock("```\n# no title\n")).toBe(
    "````text\n```\n# no title\n````",
  );
});

test("cuts by bytes, after a line", () => {
  expect(shortened("ää\n", 5, "more")).toBe("ää\n");
  expect(shortened("one\ntwo\nthree\nfour\n", 18, "more")).toBe(
    "one\ntwo\n\nmore\n",
  );
});
