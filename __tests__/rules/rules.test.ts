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

test("a service whose application somebody made is as healthy, and what it states is looked at", () => {
  const existingApplication = "0a0a0000-0000-4000-8000-000000000001";
  expect(brokenIn(changeWith({ existingApplication }))).toEqual([]);
  // What the code does not state stays as the account has it.
  const kept = new Map([
    [existingApplication, { options_preflight_bypass: true }],
  ]);
  expect(
    brokenIn(changeWith({ existingApplication }, undefined, kept)),
  ).toEqual(["preflight-bypass comfyui: comfyui.example.com"]);
  const application = { optionsPreflightBypass: true };
  expect(brokenIn(changeWith({ existingApplication, application }))).toEqual([
    "preflight-bypass comfyui: comfyui.example.com",
  ]);
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
