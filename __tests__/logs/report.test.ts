import { stripVTControlCharacters } from "node:util";
import type { Group } from "../../logs/group";
import type { LogSummary } from "../../logs/summarize";
import { toText } from "../../logs/report";

const group = (changes: Partial<Group> = {}): Group => ({
  result: "allowed",
  kind: "person",
  who: "ada@example.com",
  login: "GitHub",
  country: "NL",
  reason: "by today's policies: she may",
  times: 12,
  first: "2026-11-24T08:00:00.000Z",
  last: "2026-11-24T19:58:30.000Z",
  addresses: ["198.51.100.7"],
  ...changes,
});

function look(changes: Partial<LogSummary>): LogSummary {
  return {
    service: "comfyui",
    hostname: "comfyui.example.com",
    since: "2026-11-23T20:00:00.000Z",
    until: "2026-11-24T20:00:00.000Z",
    groups: [],
    standsOut: [],
    notes: ["That is all."],
    entries: [],
    ...changes,
  };
}

const print = (changes: Partial<LogSummary>) =>
  stripVTControlCharacters(toText(look(changes)));

test("a table with what stands out under it", () => {
  const groups = [
    group({ result: "denied", who: "eve@example.net", times: 3 }),
    group(),
    group({ kind: "machine", who: "comfyui-api", times: 400 }),
  ];
  const standsOut = [{ id: "refused-often", text: "eve was denied" }];
  expect(print({ groups, standsOut })).toBe(
    `comfyui.example.com since 2026-11-23 20:00 UTC: 412 allowed, 3 denied

result   who                    login   country  times  last (UTC)        reason
denied   eve@example.net        GitHub  NL           3  2026-11-24 19:58  by today's policies: she may
allowed  ada@example.com        GitHub  NL          12  2026-11-24 19:58  by today's policies: she may
allowed  comfyui-api (machine)  token   NL         400  2026-11-24 19:58  by today's policies: she may

Unusual
- eve was denied

That is all.`,
  );
});

test("no name commands the terminal", () => {
  const groups = [group({ who: "\x1b[2Jeve", reason: "a\nb" })];
  const text = toText(look({ groups }));
  expect(text).toMatch(/ \[2Jeve .*a b$/m);
});

test("no table where nobody came", () => {
  expect(print({})).toBe(
    "comfyui.example.com since 2026-11-23 20:00 UTC: 0 allowed, 0 denied\n\nThat is all.",
  );
});

test("no more than someone reads, and how much more there is", () => {
  const groups = Array.from({ length: 53 }, () => group());
  const standsOut = Array.from({ length: 21 }, () => ({ id: "x", text: "y" }));
  const lines = print({ groups, standsOut }).split("\n");
  expect(lines.filter((line) => line.startsWith("allowed"))).toHaveLength(50);
  expect(lines).toContain("and 3 more (see --json)");
  expect(lines.filter((line) => line === "- y")).toHaveLength(20);
  expect(lines).toContain("and 1 more (see --json)");
});
