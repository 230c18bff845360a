import { isAllOf } from "../../scripts/prompt";

const NAMES = ["a.example.com", "b.example.com"];

test.each(["a.example.com b.example.com", " b.example.com, a.example.com\n"])(
  "takes all names in any order: %p",
  (answer) => {
    expect(isAllOf(answer, NAMES)).toBe(true);
  },
);

test.each([
  ...["", "yes", "a.example.com", "a.example.com a.example.com"],
  ...[
    "a.example.com b.example.com c.example.com",
    "a.example.comb.example.com",
  ],
])("takes nothing else: %p", (answer) => {
  expect(isAllOf(answer, NAMES)).toBe(false);
});
