import { AccessRule } from "../../constructs/access-rule";
import type { Change } from "../../review/change";
import { checkRules } from "../../rules/check";
import { houseFindings } from "../../rules/house-findings";
import type { Waiver } from "../../contract/waivers";
import { UsageError } from "../../base/usage-error";
import { RULE_IDS } from "../../contract/rule-ids";
import { hasErrors, reviewOf } from "../../review/review";
import { changeOf, routePlan, state } from "../review/states";
import { brokenIn, changeWith, HOST, NOW } from "./house";

const WAIVER: Waiver = {
  rule: "session-too-long",
  reason: "robots log in once a month",
  until: "2026-11-24",
};

test("a waiver takes a rule away for its stack, until the end of its day", () => {
  const change = changeWith({ sessionDuration: "720h", waivers: [WAIVER] });
  expect(brokenIn(change)).toEqual([]);
  const { waived } = checkRules(change, { now: NOW });
  expect(waived).toEqual([
    expect.objectContaining({
      rule: "session-too-long",
      about: HOST,
      waiver: { ...WAIVER, stack: "comfyui" },
    }),
  ]);
  const tomorrow = new Date("2026-11-25T00:00:00Z");
  expect(checkRules(change, { now: tomorrow }).waived).toEqual([]);
});

test("one that has ended is a finding itself, beside what it covered", () => {
  const waivers = [{ ...WAIVER, until: "2026-11-23" }];
  expect(brokenIn(changeWith({ sessionDuration: "720h", waivers }))).toEqual([
    `session-too-long comfyui: ${HOST}`,
    "waiver-expired comfyui: session-too-long",
  ]);
});

test("one that nobody needs is a finding itself", () => {
  expect(brokenIn(changeWith({ waivers: [WAIVER] }))).toEqual([
    "waiver-unneeded comfyui: session-too-long",
  ]);
});

test("it covers no other rule", () => {
  const change = changeWith({
    sessionDuration: "720h",
    allowedEmailDomains: ["gmail.com"],
    waivers: [WAIVER],
  });
  expect(brokenIn(change)).toEqual([`public-mail-domain comfyui: ${HOST}`]);
});

test("a review fails on what is broken, and shows what is waived with its reason", () => {
  const change = changeWith({
    sessionDuration: "720h",
    allowedEmailDomains: ["gmail.com"],
    waivers: [WAIVER],
  });
  expect(houseFindings(change, { now: NOW })).toEqual([
    expect.objectContaining({
      id: "public-mail-domain",
      severity: "error",
      subject: `comfyui: ${HOST}`,
      remedy: "Name individual addresses.",
    }),
    expect.objectContaining({
      id: "session-too-long",
      severity: "note",
      text: expect.stringMatching(/until 2026-11-24, because: robots log in/),
    }),
    expect.objectContaining({ id: "waiver-new", severity: "warning" }),
  ]);
});

test("fails at synth with every fault of the waivers", () => {
  const wrong = [
    { ...WAIVER, reason: " " },
    { ...WAIVER, until: "2026-02-30" },
    { ...WAIVER, rule: "no-such-rule" as Waiver["rule"], until: "soon" },
    { ...WAIVER, found: "" },
  ];
  let faults: readonly string[] = [];
  try {
    changeWith({ waivers: wrong });
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    faults = error.faults;
  }
  expect(faults).toEqual([
    expect.stringContaining("has no reason"),
    expect.stringContaining("appears twice"),
    expect.stringContaining('got "2026-02-30"'),
    expect.stringContaining('there is no house rule "no-such-rule": there are'),
    expect.stringContaining('got "soon"'),
    expect.stringContaining('empty "found"'),
  ]);
});

test("without a resource it hides no second breach, and with one only that", () => {
  const two = (waiver: Partial<Waiver>) =>
    changeWith({
      tokens: [
        { name: "one", duration: "forever" },
        { name: "two", duration: "forever" },
      ],
      waivers: [{ ...WAIVER, rule: "token-without-expiry", ...waiver }],
    });
  expect(brokenIn(two({}))).toEqual([
    "token-without-expiry comfyui: one",
    "token-without-expiry comfyui: two",
  ]);
  expect(brokenIn(two({ resource: "one" }))).toEqual([
    "token-without-expiry comfyui: two",
  ]);
});

test("it ends within a year", () => {
  const until = (day: string) =>
    brokenIn(
      changeWith({
        sessionDuration: "720h",
        waivers: [{ ...WAIVER, until: day }],
      }),
    );
  expect(until("2027-11-24")).toEqual([]);
  expect(until("2027-11-25")).toEqual([
    `session-too-long comfyui: ${HOST}`,
    "waiver-too-long comfyui: session-too-long",
  ]);
});

test("one that comes with the change that it excuses is a warning", () => {
  const change = changeWith({ sessionDuration: "720h", waivers: [WAIVER] });
  const warned = (plans: typeof change.plans) =>
    houseFindings({ ...change, plans }, { now: NOW })
      .filter(({ severity }) => severity === "warning")
      .map(({ id, subject }) => `${id} ${subject}`);
  expect(warned(change.plans)).toEqual([
    "waiver-new comfyui: session-too-long",
  ]);
  expect(
    warned(
      change.plans.map((plan) => ({ ...plan, outputsBefore: plan.outputs })),
    ),
  ).toEqual([]);
});

test("that something becomes public is nobody's to waive", () => {
  const host = "app.example.com";
  const plan = routePlan(host);
  const waivers = RULE_IDS.map((rule) => ({ ...WAIVER, rule }));
  const outputs = { waivers };
  const change = {
    ...changeOf([], [{ host }], [{ ...plan, outputs }]),
    before: state([]),
  };
  const review = reviewOf(change, {
    further: () => houseFindings(change, { now: NOW }),
    now: NOW,
  });
  expect(review.findings.find(({ id }) => id === "public-host")?.severity).toBe(
    "note",
  );
  expect(
    review.findings.find(({ id }) => id === "becomes-public")?.severity,
  ).toBe("error");
  expect(hasErrors(review)).toBe(true);
});

describe("a waiver that was there before", () => {
  /** A change from some props to others, both with the same waivers. */
  const from = (
    before: Parameters<typeof changeWith>[0],
    after: Parameters<typeof changeWith>[0],
    waivers: readonly Waiver[] = [WAIVER],
  ): Change => {
    const [was, is] = [before, after].map((props) =>
      changeWith({ ...props, waivers }),
    );
    const plans = is!.plans.map((plan, at) => ({
      ...plan,
      outputsBefore: was!.plans[at]!.outputs,
      resources: plan.resources.map((one) => {
        const earlier = was!.plans[at]!.resources.find(
          ({ address }) => address === one.address,
        )?.after;
        const action =
          JSON.stringify(earlier) === JSON.stringify(one.after)
            ? "no-op"
            : "update";
        return { ...one, action, before: earlier } as typeof one;
      }),
    }));
    return { before: was!.after, after: is!.after, plans };
  };

  test("covers what it has excused", () => {
    const change = from(
      { sessionDuration: "200h" },
      { sessionDuration: "200h", allowedEmails: ["ben@example.com"] },
    );
    expect(brokenIn(change)).toEqual([]);
  });

  test("covers nothing that is worse, or other, than that", () => {
    const change = from(
      { sessionDuration: "200h" },
      { sessionDuration: "700h" },
    );
    expect(brokenIn(change)).toEqual([`session-too-long comfyui: ${HOST}`]);
    const [found] = checkRules(change, { now: NOW }).broken;
    expect(found).toMatchObject({
      what: "sessions last 700h; the waiver until 2026-11-24 is older and was for something else",
      remedy: expect.stringContaining("renew the waiver"),
    });
  });

  test("covers no wider policy of the same name", () => {
    const wide = (...countries: string[]) => ({
      allowed: countries.map((code) => AccessRule.country(code)),
    });
    const waivers = [{ ...WAIVER, rule: "allow-by-place" as const }];
    expect(brokenIn(from(wide("de"), wide("de"), waivers))).toEqual([]);
    expect(brokenIn(from(wide("de"), wide("de", "us"), waivers))).toEqual([
      `allow-by-place comfyui: ${HOST}`,
    ]);
  });

  test("covers what it names, for as long as it lasts, and nothing else", () => {
    const to = (sessionDuration: string, found = "700h") =>
      brokenIn(
        from({ sessionDuration: "200h" }, { sessionDuration }, [
          { ...WAIVER, found },
        ]),
      );
    expect(to("700h")).toEqual([]);
    expect(to("701h")).toContain(`session-too-long comfyui: ${HOST}`);
    expect(to("700h", "00h")).toContain(`session-too-long comfyui: ${HOST}`);
  });

  test("warns where it excuses what this change brings", () => {
    const waivers = [{ ...WAIVER, found: "sessions last" }];
    const warned = (before: string, after: string) =>
      houseFindings(
        from({ sessionDuration: before }, { sessionDuration: after }, waivers),
        { now: NOW },
      )
        .filter(({ severity }) => severity === "warning")
        .map(({ id, subject }) => `${id} ${subject}`);
    expect(warned("200h", "700h")).toEqual([`waiver-older comfyui: ${HOST}`]);
    expect(warned("200h", "200h")).toEqual([]);
  });

  test("of a provider of mailboxes covers no other one", () => {
    const at = (domain: string) => ({ allowedEmailDomains: [domain] });
    const rule = "public-mail-domain" as const;
    const waivers = [{ ...WAIVER, rule, found: "yahoo.de" }];
    const to = (domain: string) =>
      brokenIn(from(at("yahoo.de"), at(domain), waivers));
    expect(to("yahoo.de")).toEqual([]);
    expect(to("mailinator.com")).toContain(`${rule} comfyui: ${HOST}`);
  });

  test("covers what only the code tells where it names it", () => {
    const unread = [
      { address: "module.m", what: "modules are not read (as of now 0a1b)" },
    ];
    const broken = (found?: string) => {
      const change = from({}, {}, [
        {
          ...WAIVER,
          rule: "unread-change",
          ...(found !== undefined && { found }),
        },
      ]);
      const plans = change.plans.map((plan) =>
        plan.stack === "comfyui" ? { ...plan, unread } : plan,
      );
      return brokenIn({ ...change, plans });
    };
    expect(broken()).toEqual(["unread-change comfyui: module.m"]);
    expect(broken("0a1b")).toEqual([]);
    expect(broken("ffff")).toContain("unread-change comfyui: module.m");
  });
});
