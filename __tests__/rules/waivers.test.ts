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
    ...changeOf([], [{ host }], [{ ...plan, outputs, outputsBefore: outputs }]),
    before: state([]),
  };
  const further = houseFindings(change, { now: NOW });
  const review = reviewOf(change, { further, now: NOW });
  expect(review.findings.find(({ id }) => id === "public-host")?.severity).toBe(
    "note",
  );
  expect(
    review.findings.find(({ id }) => id === "becomes-public")?.severity,
  ).toBe("error");
  expect(hasErrors(review)).toBe(true);
});
