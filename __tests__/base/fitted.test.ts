import { fitted } from "../../base/fitted";

const ROWS = [
  "ok           permission  Access: Apps and Policies Edit: the token has it",
  "                         Why: the stacks and commands need it to deploy",
  "short row",
].join("\n");

test("goes on below the last column, and below a label where there is little room", () => {
  expect(fitted(ROWS, 62)).toBe(
    [
      "ok           permission  Access: Apps and Policies Edit: the",
      "                         token has it",
      "                         Why: the stacks and commands need it",
      "    to deploy",
      "short row",
    ].join("\n"),
  );
  expect(fitted(ROWS, 50)).toBe(
    [
      "ok           permission  Access: Apps and Policies",
      "    Edit: the token has it",
      "                         Why: the stacks and",
      "    commands need it to deploy",
      "short row",
    ].join("\n"),
  );
});

test("keeps colours, words that are too long, and rows for programs", () => {
  const red = "\u001b[31mBROKEN\u001b[39m";
  expect(fitted(`  ${red}  a promise that is not kept today`, 46)).toBe(
    `  ${red}  a promise that is not kept today`,
  );
  const url = `https://${"x".repeat(60)}`;
  expect(fitted(`ok  ${url} is long`, 50)).toBe(`ok  ${url}\n    is long`);
  expect(fitted(ROWS)).toBe(ROWS);
  expect(fitted(ROWS, 0)).toBe(ROWS);
});
