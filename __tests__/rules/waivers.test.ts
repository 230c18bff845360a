import { checkRules } from "../../rules/check";
import { houseFindings } from "../../rules/house-findings";
import type { Waiver } from "../../contract/waivers";
import { UsageError } from "../../settings";
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
