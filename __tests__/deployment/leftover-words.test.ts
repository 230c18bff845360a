import type { Reconciled } from "../../deployment/adopt";
import {
  tellLeftovers,
  tellUnknown,
  unsureLines,
} from "../../deployment/leftover-words";
import type { Action, Leftover } from "../../deployment/leftovers";
import { TerraformError } from "../../deployment/terraform";

function leftover(action: Action, more: Partial<Leftover> = {}): Leftover {
  return {
    ...{ type: "cloudflare_zero_trust_access_group", kind: "group" },
    ...{ description: "crew", createdAt: "today", accountId: "a" },
    ...{ object: { id: "g1" }, ours: true, action, ...more },
  };
}

const toImport: Action = { do: "import", address: "a.crew" };

function told(found: Partial<Reconciled>): string[] {
  const lines: string[] = [];
  const say = (line: string) => lines.push(line);
  tellLeftovers("identity", { done: [], left: [], ...found }, say, "destroy");
  return lines;
}

const LEFT = "an interrupted run, or a lost answer, has left ";
const IT = "group crew, id g1, created today";

test("what the next deploy does is told as that", () => {
  const due = [leftover(toImport), leftover({ do: "delete" })];
  expect(told({ due })).toEqual([
    `identity: ${LEFT}${IT}: the next deploy imports it`,
    `identity: ${LEFT}${IT}: the next deploy deletes it, as its secret is lost`,
  ]);
});

test("what a person has named is not called left by a run", () => {
  const done = [leftover(toImport), leftover(toImport, { named: true })];
  expect(told({ done })).toEqual([
    `identity: ${LEFT}${IT}: imported`,
    `identity: ${IT}, which --ours names: imported`,
  ]);
});

test("what nothing tells of may be somebody's", () => {
  const left = [leftover({ do: "leave", why: "" }, { ours: false })];
  expect(told({ left })).toEqual([
    `identity: no state knows ${IT}, which somebody may have made by hand. Only if a run of yours made it: npm run destroy -- identity --ours g1`,
  ]);
});

test("a name alone is no reason for --ours: what is new since a run is", () => {
  const one = leftover({ do: "leave", why: "" }, { ours: false });
  expect(unsureLines("identity", [one]).join("\n")).toMatch(
    /^These have a name .*: they stay .*:\n {2}group crew, id g1, created today$/,
  );
  const since = { ...one, isSinceRun: true };
  expect(unsureLines("identity", [since]).join("\n")).toMatch(
    /^These are new since a run [^]*npm run adopt -- identity --ours g1$/,
  );
});

test.each([
  [new Error("no answer"), "Error: no answer"],
  [
    new TerraformError("init", "Initializing\n\nError: Something new\n\nmore"),
    "Error: Something new",
  ],
  [
    new TerraformError("init", "Error: Backend configuration changed\n\nmore"),
    "The settings name another state backend .*",
  ],
])("why something is not known is told in one line: %s", (error, why) => {
  const lines: string[] = [];
  tellUnknown("identity", error, (line) => lines.push(line));
  expect(lines.join()).toMatch(
    new RegExp(
      `^identity: cannot tell whether .* account: ${why}\\. The next run looks again\\.$`,
    ),
  );
});
