import { RULE_IDS } from "../../contract/rule-ids";
import { RULES } from "../../rules/rules";
import { brokenIn, changeWith } from "./house";

test("a healthy service breaks none", () => {
  expect(brokenIn(changeWith())).toEqual([]);
  expect(
    brokenIn(
      changeWith({
        openPaths: ["/webhook"],
        allowedEmailDomains: ["example.com"],
        tokens: [{ name: "ci", duration: "720h", paths: ["/api"] }],
        dnsRecord: "existing",
      }),
    ),
  ).toEqual([]);
});

test("each rule has one id, and says what it is about", () => {
  expect(RULES.map(({ id }) => id)).toEqual(RULE_IDS);
  for (const { remedy, title, why } of RULES)
    expect([title, why, remedy]).toEqual([
      expect.stringMatching(/^[A-Z].*[^.]$/),
      expect.stringMatching(/\.$/),
      expect.stringMatching(/\.$/),
    ]);
});
