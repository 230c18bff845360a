import { AccessApp, type AccessAppProps } from "../../constructs/access-app";
import { AccessRule } from "../../constructs/access-rule";
import { only, synth } from "./synth";

const APP = "cloudflare_zero_trust_access_application";
const POLICY = "cloudflare_zero_trust_access_policy";

const staff = { name: "staff", include: [AccessRule.email("Ann@Example.com")] };

function app(
  props: Partial<AccessAppProps> = {},
  policies: (app: AccessApp) => void = (it) => it.allow("staff", staff),
) {
  return synth((scope) =>
    policies(
      new AccessApp(scope, "grafana", {
        accountId: "a1",
        hostname: "grafana.example.com",
        ...props,
      }),
    ),
  );
}

test("keeps people logged in for 24 hours by default", () => {
  expect(only(app(), APP)).toMatchObject({ session_duration: "24h" });
});

test("gives each policy the session of the application, which would lose to the provider's default", () => {
  const tf = app({ sessionDuration: "1h30m" });
  expect(only(tf, APP)).toMatchObject({ session_duration: "1h30m" });
  expect(only(tf, POLICY)).toMatchObject({ session_duration: "1h30m" });
});

test("states what the API answers `false` for", () => {
  expect(only(app(), APP)).toMatchObject({
    auto_redirect_to_identity: false,
    enable_binding_cookie: false,
    options_preflight_bypass: false,
  });
});

test("goes straight to the one login method it has", () => {
  const tf = app({ loginMethods: [{ identityProviderId: "idp" }] });
  expect(only(tf, APP)).toMatchObject({
    allowed_idps: ["idp"],
    auto_redirect_to_identity: true,
  });
});

test("lists policies in the order in which they were added", () => {
  const tf = app({}, (it) => {
    it.serviceAuth("api", {
      name: "api",
      include: [AccessRule.serviceToken({ serviceTokenId: "t1" })],
    });
    it.allow("staff", staff);
  });
  const policies = only(tf, APP).policies as {
    id: string;
    precedence: number;
  }[];
  expect(policies.map(({ precedence }) => precedence)).toEqual([1, 2]);
  expect(policies[0]?.id).toContain("grafana_api");
  expect(policies[1]?.id).toContain("grafana_staff");
});

test("lets go of a policy before it is deleted", () => {
  expect(only(app(), POLICY)).toMatchObject({
    lifecycle: { create_before_destroy: true },
  });
});

test("writes e-mail addresses in lower case", () => {
  expect(only(app(), POLICY)).toMatchObject({
    include: [{ email: { email: "ann@example.com" } }],
  });
});

test("opens a path to everyone where the path is named", () => {
  const tf = app({ path: "/webhook" }, (it) =>
    it.bypass("open", { name: "open", include: [AccessRule.everyone()] }),
  );
  expect(only(tf, APP)).toMatchObject({
    domain: "grafana.example.com/webhook",
  });
  expect(only(tf, POLICY)).toMatchObject({ decision: "bypass" });
});

test.each<[string, Partial<AccessAppProps>, RegExp]>([
  ["a URL", { hostname: "https://a.example.com" }, /bare, lower-case host/],
  ["upper case", { hostname: "A.example.com" }, /got "A\.example\.com"/],
  ["a wildcard host", { hostname: "*.example.com" }, /must be one host/],
  ["a path without slash", { path: "hook" }, /look like "\/webhook"/],
  ["a path that climbs", { path: "/hook/.." }, /got "\/hook\/\.\."/],
  ["a path with a wildcard", { path: "/hook/*" }, /got "\/hook\/\*"/],
  ["a session of days", { sessionDuration: "1d" }, /got "1d"/],
  ["a session under 15 minutes", { sessionDuration: "5m" }, /"15m" to/],
  ["a session over a month", { sessionDuration: "800h" }, /to "730h"/],
])("fails for %s", (_, props, message) => {
  expect(() => app(props)).toThrow(message);
});

test("fails when nobody could get in", () => {
  expect(() => app({}, () => {})).toThrow(/add at least one policy/);
});

test("fails for a policy without include rules", () => {
  expect(() =>
    app({}, (it) => it.allow("staff", { name: "staff", include: [] })),
  ).toThrow(/would match no one/);
});

test("fails for a whole host that is open to anyone with a login", () => {
  expect(() =>
    app({}, (it) =>
      it.allow("all", { name: "all", include: [AccessRule.everyone()] }),
    ),
  ).toThrow(/anyone with a login/);
});

test("fails for a whole host without login, and names every fault at once", () => {
  const build = () =>
    app({ sessionDuration: "1d", hostname: "*.example.com" }, (it) =>
      it.bypass("all", { name: "all", include: [AccessRule.everyone()] }),
    );
  expect(build).toThrow(/open all of/);
  expect(build).toThrow(/got "1d"/);
  expect(build).toThrow(/must be one host/);
});

const { everyone, ip, raw, email } = AccessRule;

describe("everyone in other words", () => {
  test.each<[string, AccessRule[], AccessRule[]]>([
    ["everyone who is everyone", [everyone()], [everyone()]],
    ["all of IPv4", [ip("0.0.0.0/0")], []],
    ["all of IPv6", [ip("::/0")], []],
    ["all that IPv6 hands out", [ip("2000::/3")], []],
    ["two halves", [ip("0.0.0.0/1"), ip("128.0.0.0/1")], []],
    [
      "four quarters",
      ["0", "64", "128", "192"].map((first) => ip(`${first}.0.0.0/2`)),
      [],
    ],
    ["all by hand", [raw({ ip: { ip: "0.0.0.0/0" } })], []],
    ["all of a network of all", [everyone()], [ip("0.0.0.0/0")]],
  ])("is refused on a whole host: %s", (_, include, require) => {
    const rules = { name: "all", include, require };
    expect(() => app({}, (it) => it.bypass("all", rules))).toThrow(
      /open all of/,
    );
    expect(() => app({}, (it) => it.allow("all", rules))).toThrow(
      /anyone with a login/,
    );
    expect(() => app({}, (it) => it.serviceAuth("all", rules))).toThrow(
      /without a token/,
    );
  });

  test("is refused where several policies come to it", () => {
    expect(() =>
      app({}, (it) => {
        for (const first of ["0", "64", "128", "192"])
          it.bypass(`from${first}`, {
            name: `from ${first}`,
            include: [ip(`${first}.0.0.0/2`)],
          });
      }),
    ).toThrow(/"from 192" together would open all of/);
  });

  test.each<[string, AccessRule[], AccessRule[]]>([
    ["a network", [ip("10.0.0.0/8")], []],
    ["everyone in a network", [everyone()], [ip("203.0.113.0/24")]],
    ["one network twice", [ip("64.0.0.0/2"), ip("64.0.0.0/2")], []],
    ["somebody anywhere", [email("ann@example.com")], [ip("0.0.0.0/0")]],
  ])("is not %s", (_, include, require) => {
    expect(() =>
      app({}, (it) => it.allow("some", { name: "some", include, require })),
    ).not.toThrow();
  });
});
