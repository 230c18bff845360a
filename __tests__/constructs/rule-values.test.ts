import { AccessRule } from "../../constructs/access-rule";
import { isForEveryone } from "../../constructs/for-everyone";

test.each([
  ["https://example.com", "example.com"],
  ["example.com/", "example.com"],
  ["*.example.com", "example.com"],
  [".example.com", "example.com"],
  ["ann@example.com", "example.com"],
  ["example.com.", "example.com"],
  ["example.com:443", "example.com"],
  [" example.com", "example.com"],
])("an e-mail domain can't be %s, which is nobody's", (domain, instead) => {
  const written = [
    AccessRule.emailDomain(domain),
    AccessRule.raw({ email_domain: { domain } }),
  ];
  for (const { _faults } of written)
    expect(_faults).toEqual([
      `a rule by email_domain: domain must be an e-mail domain such as "example.com", got "${domain}": write "${instead}"`,
    ]);
});

test.each([
  ["*@example.com", /: Access knows no wildcard: .* domain "example.com"$/],
  ["<ann@example.com>", /: write "ann@example.com"$/],
  ["Ann <ann@example.com>", /: write "ann@example.com"$/],
  ["mailto:ann@example.com", /: write "ann@example.com"$/],
  ["ann@example.com ", /: write "ann@example.com"$/],
  ["ann@localhost", /got "ann@localhost"$/],
  ["ann@192.0.2.1", /got "ann@192.0.2.1"$/],
  ["ann@*.example.com", /got "ann@\*.example.com"$/],
])("an address can't be %s, which is nobody's", (email, said) => {
  for (const rule of [
    AccessRule.email(email),
    AccessRule.raw({ email: { email } }),
  ])
    expect(rule._faults).toEqual([expect.stringMatching(said)]);
});

test.each([
  ...["ann@example.com", "änn@exämple.com", "a+b'c@sub.example.co.uk"],
  ...["o_b@xn--bcher-kva.example"],
])("%s is an address", (email) => {
  expect(AccessRule.email(email)._faults).toEqual([]);
});

test.each([
  ...[" 1.2.3.4", "010.0.0.1", "fe80::1%eth0", "1.2.3.4/032", "1.2.3.4/"],
  ...["1.2.3", "1.2.3.4/33", "::1/129", "1.2.3.4/8/8", "1.2.3.4/+8"],
])("a network can't be %p", (ip) => {
  expect(AccessRule.ip(ip)._faults).toHaveLength(1);
  expect(AccessRule.raw({ ip: { ip } })._faults).toHaveLength(1);
});

test.each([
  [AccessRule.raw({ ip: { ip: "192.0.2.1" } }), { ip: { ip: "192.0.2.1/32" } }],
  [AccessRule.raw({ ip: { ip: "::1" } }), { ip: { ip: "::1/128" } }],
  [
    AccessRule.raw({ geo: { country_code: "de" } }),
    { geo: { country_code: "DE" } },
  ],
  [
    AccessRule.raw({ email_domain: { domain: "@Example.com" } }),
    { email_domain: { domain: "example.com" } },
  ],
  [AccessRule.ip("${var.office}"), { ip: { ip: "${var.office}" } }],
])("a rule is written as Cloudflare writes it back (%#)", (rule, block) => {
  expect(rule._faults).toEqual([]);
  expect(rule._block).toEqual(block);
});

test.each<[unknown, RegExp]>([
  ["x", /^a rule must be an object such as .*, got "x"$/],
  [{ email: "a@b.c" }, /^the selector email must have an object such as/],
  [{ group: {} }, /^a rule by group: id is missing/],
  [
    { emailDomain: { domain: "b.c" } },
    /^there is no selector emailDomain: write email_domain$/,
  ],
  [{ ip: [{ ip: "0.0.0.0/0" }] }, /^the selector ip must have an object/],
  [{ everyone: null }, /^the selector everyone must have an empty object/],
  [
    { okta: { name: "x", identity_provider: "i" } },
    /^a rule by okta: identity_provider_id is missing/,
  ],
  [
    { user_risk_score: "high" },
    /^the selector user_risk_score must have an object/,
  ],
])("a raw rule can't be %j", (block, said) => {
  expect(AccessRule.raw(block as never)._faults).toContainEqual(
    expect.stringMatching(said),
  );
});

test("a raw rule may have a selector of a newer provider", () => {
  const block = { user_risk_score: { user_risk_score: ["high"] } };
  expect(AccessRule.raw(block)).toMatchObject({ _faults: [], _block: block });
});

test.each([null, undefined, "ip", 7, []])(
  "a raw rule that is %j is a fault wherever it is, and no crash",
  (given) => {
    const rule = AccessRule.raw(given as never);
    expect(rule._faults).toHaveLength(1);
    expect(isForEveryone([rule], [])).toBe(false);
  },
);

test.each([
  ["UK", /got "UK": write "GB"$/],
  ["el", /got "el": write "GR"$/],
  ["EU", /got "EU": no request is from it: write a rule for each/],
  ["ZZ", /must be the two letters of a country such as "DE".*, got "ZZ"$/],
  ["Germany", /got "Germany"$/],
])("a country can't be %s, from which no request is", (code, message) => {
  for (const rule of [
    AccessRule.country(code),
    AccessRule.raw({ geo: { country_code: code } }),
  ])
    expect(rule._faults).toEqual([expect.stringMatching(message)]);
});

test.each(["gb", "XK", "T1", "XX", "${var.country}"])(
  "a country can be %s",
  (code) => {
    expect(AccessRule.country(code)._faults).toEqual([]);
  },
);

test.each(["MFA", "Hwk"])(
  "a way to log in is asked for in its own case: %s is none",
  (method) => {
    expect(AccessRule.authMethod(method)._faults).toEqual([
      expect.stringContaining(`: write "${method.toLowerCase()}"`),
    ]);
  },
);

test.each(["mfa", "pop", "ngcmfa", "urn:okta:loa:2fa:any"])(
  "a login method may tell %s",
  (method) => {
    expect(AccessRule.authMethod(method)._faults).toEqual([]);
  },
);

const loginMethod = { identityProviderId: "i" };

test.each<[object, RegExp]>([
  [{ name: "https://github.com/acme" }, /name must .*: write "acme"$/],
  [{ name: "github.com/orgs/acme/" }, /: write "acme"$/],
  [{ name: "@acme" }, /: write "acme"$/],
  [{ name: "acme/devs" }, /: write name "acme" and team "devs"$/],
  [
    { name: "https://github.com/orgs/acme/teams/devs" },
    /: write name "acme" and team "devs"$/,
  ],
  [{ name: "acme", team: "@acme/devs" }, /team must .*team "devs"$/],
])("an organization of GitHub can't be %j", (given, message) => {
  const rule = AccessRule.githubOrganization({
    loginMethod,
    ...(given as { name: string }),
  });
  expect(rule._faults).toEqual([expect.stringMatching(message)]);
});

test.each(["acme", "acme-labs", "Acme_corp", "Acme Inc"])(
  "an organization of GitHub can be %s",
  (name) => {
    expect(
      AccessRule.githubOrganization({ loginMethod, name, team: "devs" })
        ._faults,
    ).toEqual([]);
  },
);

test("a group of Entra is named by its object id", () => {
  expect(
    AccessRule.azureAd({ loginMethod, id: "Engineering" })._faults,
  ).toEqual([expect.stringMatching(/^azureAd.id must be an id such as "0d/)]);
});
