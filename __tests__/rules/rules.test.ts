import type { Rule } from "../../access/model";
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
  const kept = {
    applications: [{ id: existingApplication, options_preflight_bypass: true }],
    groups: [],
  };
  expect(
    brokenIn(changeWith({ existingApplication }, undefined, kept)),
  ).toEqual(["preflight-bypass comfyui: comfyui.example.com"]);
  const application = { optionsPreflightBypass: true };
  expect(brokenIn(changeWith({ existingApplication, application }))).toEqual([
    "preflight-bypass comfyui: comfyui.example.com",
  ]);
});

test("a policy that stays inside the application somebody made is looked at, with its groups, until it names tokens or is waived", () => {
  const existingApplication = "0a0a0000-0000-4000-8000-000000000001";
  const brokenWith = (include: Rule[], more = {}, reusable = false) =>
    brokenIn(
      changeWith({ existingApplication, ...more }, undefined, {
        applications: [
          {
            id: existingApplication,
            policies: [
              {
                id: "m",
                name: "m",
                decision: "non_identity",
                include: [{ group: { id: "robots" } }],
                reusable,
              },
            ],
          },
        ],
        groups: [{ id: "robots", include }],
      }),
    );
  const any = [{ any_valid_service_token: {} }];
  expect(brokenWith(any)).toEqual([
    "any-service-token comfyui: comfyui.example.com",
  ]);
  // The application lets go of a shared one.
  expect(brokenWith(any, {}, true)).toEqual([]);
  expect(brokenWith([{ service_token: { token_id: "t" } }])).toEqual([]);
  const waivers = [
    {
      rule: "any-service-token",
      reason: "it was so by hand",
      until: "2026-12-24",
    },
  ];
  expect(brokenWith(any, { waivers })).toEqual([]);
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
