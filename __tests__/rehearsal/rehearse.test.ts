import { readFileSync } from "node:fs";
import { join } from "node:path";
import { HOSTILE_ENVIRONMENT, HOSTILE_FILE, REAL_VALUES } from "./hostile";
import { ProjectCopy, type Outcome } from "./project-copy";
import { HAS_STRACE, addresses, isLoopback, recording, strace } from "./strace";

jest.setTimeout(300_000);

const CHECKS = [
  "Browser access requires a login",
  "An allowed person gets in",
  "The first page after a login opens",
  "Another person is refused",
  "The API works with the service token",
  "A missing or wrong token is refused",
  "localhost works unchanged",
  "Neighbour services work unchanged",
  "The service accepts its page's requests",
];
const TRACE = "trace";

describe("on the guide's account, with another account's values all around", () => {
  let copy: ProjectCopy;
  let outcome: Outcome;
  let before: string[];
  let traced: string;

  beforeAll(async () => {
    copy = new ProjectCopy();
    copy.write(".env", HOSTILE_FILE);
    copy.write(TRACE, "");
    before = copy.listing();
    const trace = join(copy.dir, TRACE);
    outcome = await copy.start([], {
      env: HOSTILE_ENVIRONMENT,
      wrapper: HAS_STRACE ? strace(trace) : [],
    }).ended;
    traced = recording(trace);
  });
  afterAll(() => copy.remove());

  test("exits with 0 and says nothing beside the report", () => {
    expect(outcome).toMatchObject({ code: 0, stderr: "" });
  });

  test("reports every step and every promise as held", () => {
    const lines = outcome.stdout.trimEnd().split("\n");
    const [title, provider, ...rest] = lines;
    const conclusion = rest.pop();
    expect(title).toMatch(/^Rehearsal on a local Cloudflare, account guide/);
    expect(provider).toMatch(/^Provider cloudflare 5\.14\.0: /);
    expect(rest.map((line) => line.slice(0, 45).trim())).toEqual(
      [
        "Before: comfyui.datacrew.space is public",
        "cdktf deploy identity comfyui",
        "cdktf diff identity",
        "cdktf diff comfyui",
        ...CHECKS,
        "cdktf destroy identity comfyui",
        "After: the account is as before",
      ].map((what) => `ok  ${what}`),
    );
    expect(conclusion).toMatch(/^All held: 15 of 15 in [\d.]+ s, /);
  });

  test("fits a screen of 24 lines and 80 columns, without colours", () => {
    const lines = outcome.stdout.split("\n");
    expect(lines.length).toBeLessThanOrEqual(24);
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(
      80,
    );
    expect(outcome.stdout).not.toContain("\x1b");
  });

  test("leaves no process", () => {
    expect(copy.processes()).toEqual([]);
  });

  test("leaves no file, but for empty ignored folders", () => {
    const left = copy.listing().filter((path) => !before.includes(path));
    expect(left).toEqual(["project/.rehearsal"]);
  });

  const traces = HAS_STRACE ? test : test.skip;

  traces("talks to loopback alone (needs strace)", () => {
    const asked = addresses(traced);
    expect(asked.length).toBeGreaterThan(100);
    expect(asked.filter((address) => !isLoopback(address))).toEqual([]);
  });

  traces("sends and writes none of the other account's values", () => {
    // What is used is seen, so what is not seen was not used.
    expect(traced.includes("rehearsal-only-cloudflare-deploy-token")).toBe(
      true,
    );
    expect(REAL_VALUES.filter((value) => traced.includes(value))).toEqual([]);
  });

  test("leaves the .env as it was", () => {
    expect(readFileSync(join(copy.dir, ".env"), "utf8")).toBe(HOSTILE_FILE);
  });
});

test("on an empty account, makes the record and keeps the token in Google, and takes both out again", async () => {
  const copy = new ProjectCopy();
  try {
    const args = ["--account empty --store google --json"];
    const { code, stdout } = await copy.start(args).ended;
    const report = JSON.parse(stdout) as {
      held: boolean;
      lines: { what: string; mark: string; detail?: string }[];
    };
    const details = report.lines.map(({ detail }) => detail).join("\n");
    expect([code, report.held, details.trim()]).toEqual([0, true, ""]);
    expect(report.lines.map(({ what }) => what)).toEqual(
      expect.arrayContaining([
        "Before: no comfyui.datacrew.space yet",
        "Google Secret Manager holds the token",
        ...CHECKS,
        "After: the account is as before",
        "After: Google has no secret of it",
      ]),
    );
    expect(copy.processes()).toEqual([]);
    expect(copy.runs()).toEqual([]);
  } finally {
    copy.remove();
  }
});
