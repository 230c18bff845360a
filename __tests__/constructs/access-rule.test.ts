import { AccessRule } from "../../constructs/access-rule";

test.each([
  [
    AccessRule.emailDomain("@Example.com"),
    { emailDomain: { domain: "example.com" } },
  ],
  [AccessRule.ip("192.0.2.1"), { ip: { ip: "192.0.2.1/32" } }],
  [AccessRule.ip("2001:db8::1"), { ip: { ip: "2001:db8::1/128" } }],
  [AccessRule.ip("192.0.2.0/24"), { ip: { ip: "192.0.2.0/24" } }],
  [AccessRule.country("de"), { geo: { countryCode: "DE" } }],
  [
    AccessRule.loginMethod({ identityProviderId: "i" }),
    { loginMethod: { id: "i" } },
  ],
  [AccessRule.group({ accessGroupId: "g" }), { group: { id: "g" } }],
])(
  "writes a rule as the API stores it, so that no plan shows a change (%#)",
  (rule, block) => {
    expect(rule._block).toEqual(block);
  },
);

test("knows which rule matches whoever asks", () => {
  expect(AccessRule.everyone().matchesEveryone).toBe(true);
  expect(AccessRule.email("a@example.com").matchesEveryone).toBe(false);
});
