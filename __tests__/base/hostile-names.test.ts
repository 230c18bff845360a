import { printFindings } from "../../doctor/print";
import { disarmed, printableJsonLine } from "../../base/printable";
import { toText as logs } from "../../logs/report";
import { deployReport } from "../../pipeline/deploy-report";
import { driftReport } from "../../pipeline/drift";
import { expiryReport } from "../../pipeline/expiry";
import { notPossible } from "../../pipeline/review-upload";
import { rollbackReport } from "../../pipeline/rollback";
import { extendedLines, rotatedLines } from "../../scripts/actions/rotate";
import { writtenLines } from "../../scripts/actions/secrets";
import { toText as whyText } from "../../scripts/actions/why";
import { why } from "../../review/why";
import { UsageError } from "../../base/usage-error";
import { TerraformError } from "../../deployment/terraform";
import { command, main } from "../../scripts/command";
import { broken, kept, notChecked, type ProbeCheck } from "../../probe/check";
import { toJunit } from "../../probe/junit";
import { toJson as probeJson, toTable as probeTable } from "../../probe/report";
import { toText as revocation } from "../../revocation/report";
import { toHtml } from "../../review/to-html";
import { toJson } from "../../review/to-json";
import { toMarkdown } from "../../review/to-markdown";
import { toTable } from "../../review/to-table";
import { reviewOf, type Review } from "../../review/review";
import { describe as leftover } from "../../deployment/leftover-words";
import { allow, bypass, NOW, state } from "../review/states";

/** What a name of an account, a plan or a pull request may hold. */
const NAMES = {
  "moves the cursor": "\x1b[1A\x1b[2K\x1b[32mkept\x1b[39m",
  "is a control of the second set": "\u009b2K\u0085FORGED",
  "ends the line": "x\nFORGED",
  "ends it as Windows does": "x\r\nFORGED",
  "ends it as Unicode does": "x\u2028FORGED\u2029FORGED",
  "turns the writing around": "\u202eDEGROF\u2066",
  hides: "a\u200b\u2060\ufeff\u{e0041}",
  "is no character": "\ufffe\uffff\ud800",
  "is a command to GitHub's runner": "::error file=x::FORGED",
  "is one in a line of its own": "x\n::add-mask::FORGED",
  "is an older command": "##[error]FORGED",
  "mentions a team": "@acme/owners",
  "is a link": "[FORGED](https://evil.example)",
  "is a picture": "![x](https://evil.example/x.png)",
  "is markup": "<img src=x onerror=alert(1)><!-- x",
  "leaves its code span": "`@acme/owners [a](https://evil.example)`",
  "leaves its code block": "x\n```\n# FORGED @acme/owners",
  "leaves its cell": "a | @acme/owners\n| FORGED |",
  "is a heading": "\n# FORGED",
  "is empty": "",
  "is blank": " \u00a0\t",
} as const;

const check = (promise: string): ProbeCheck => ({
  id: "check",
  promise,
  run: async () => kept(""),
});

const probed = (name: string) =>
  new Map([
    [
      name,
      [
        { check: check(name), finding: kept(name) },
        { check: check(name), finding: broken(name, name, name) },
        { check: check(name), finding: notChecked(name) },
      ],
    ],
  ]);

/** A change of which everything bears the name that can. */
function reviewed(name: string): Review {
  const named = (policies: ReturnType<typeof allow>[]) =>
    policies.map((policy) => ({ ...policy, name }));
  const host = { host: "app.example.com", service: `http://${name}` };
  const change = (policies: ReturnType<typeof allow>[]) => {
    const made = state([{ ...host, policies: named(policies) }]);
    return {
      ...made,
      tokens: [{ id: "t", name }],
      tunnels: made.tunnels.map((tunnel) => ({ ...tunnel, name })),
      access: {
        ...made.access,
        applications: made.access.applications.map((one) => ({ ...one, name })),
        identity_providers: [{ id: "google", type: "google", name }],
      },
    };
  };
  return reviewOf(
    {
      before: change([allow("ann@example.com")]),
      after: change([allow("ben@example.com"), bypass]),
      plans: [{ stack: name, resources: [], unread: [], outputs: {} }],
    },
    {
      now: NOW,
      further: () =>
        (["error", "warning", "note"] as const).map((severity) => ({
          id: "x",
          severity,
          subject: name,
          text: `of ${name}`,
          remedy: name,
        })),
    },
  );
}

const look = (name: string) => ({
  service: name,
  hostname: "app.example.com",
  since: NOW.toISOString(),
  until: NOW.toISOString(),
  groups: [
    {
      result: "denied" as const,
      kind: "person" as const,
      who: name,
      country: name,
      reason: name,
      times: 1,
      first: NOW.toISOString(),
      last: NOW.toISOString(),
      addresses: [name],
    },
  ],
  standsOut: [{ id: "x", text: name }],
  notes: [name],
  entries: [],
});

/** All that people read at a terminal, or in the log of a CI runner. */
const TEXTS: Readonly<Record<string, (name: string) => string>> = {
  review: (name) => toTable(reviewed(name), { all: true }),
  probe: (name) => probeTable(probed(name)),
  doctor: (name) =>
    printFindings([
      {
        id: "x",
        status: "problem",
        about: name,
        what: name,
        todo: name,
        why: "w",
        page: "p",
      },
    ]),
  logs: (name) => logs(look(name)),
  revoke: (name) =>
    revocation({
      notes: [name],
      proofs: [{ of: name, seen: name, status: "ended" }],
    } as unknown as Parameters<typeof revocation>[0]),
  adopt: (name) =>
    leftover({
      kind: "application",
      description: name,
      object: { id: "1" },
      action: { do: "delete" },
      ours: true,
    } as unknown as Parameters<typeof leftover>[0]),
  why: (name) =>
    whyText(
      { id: "x", kind: "nobody", label: name },
      `https://app.example.com/${name}`,
      why(
        reviewed(name).change.after,
        { id: "x", kind: "named", label: name, email: name },
        { host: "app.example.com", path: "/" },
        NOW,
      ),
    ),
  rotate: (name) =>
    [
      ...rotatedLines(
        {
          token: name,
          version: 2,
          previousExpiresAt: name,
          store: name,
          names: [name],
        },
        name,
      ),
      ...extendedLines(
        name,
        { name },
        { token: name, changed: true, expiresAt: name, noted: false },
      ),
    ].join("\n"),
  secrets: (name) =>
    writtenLines([name], [], {
      description: name,
      howToRead: () => name,
    }).join("\n"),
  "a usage error": (name) => new UsageError(name, [name, `of ${name}`]).message,
};

/** What GitHub renders. */
const MARKDOWN: Readonly<Record<string, (name: string) => string>> = {
  review: (name) => toMarkdown(reviewed(name), true),
  deploy: (name) =>
    deployReport(
      [
        { name, outcome: "failed", why: name },
        { name, outcome: "left out", why: name },
      ],
      probed(name),
      [name],
    ),
  drift: (name) =>
    driftReport([
      { name, failure: name },
      {
        name,
        changes: [
          {
            address: name,
            type: "x",
            actions: ["update"],
            before: null,
            after: {},
          },
        ],
      },
    ]),
  expiry: (name) =>
    expiryReport(
      [
        {
          kind: { name: "token", limit: 1, remedy: "do" },
          name,
          unknown: name,
        },
      ],
      NOW,
    ),
  rollback: (name) =>
    rollbackReport(
      name,
      [{ kind: "application", which: name, now: name, fault: true }],
      [],
    ),
  "no review": (name) => notPossible(name).markdown,
};

/** What no text may hold, whoever prints it. */
const ARMED =
  /(?![\n\t])\p{Cc}|[\u2028\u2029\u200b\u2060\u202a-\u202e\u2066-\u2069\ufeff\p{Cs}\p{Noncharacter_Code_Point}\u{e0000}-\u{e007f}]/u;
const COLOUR = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, "g");
const COMMAND = /^\s*::[a-z]|##\[/im;

function expectDisarmed(text: string): void {
  expect(text).not.toMatch(ARMED);
  expect(text).not.toMatch(COMMAND);
}

const cases = (formats: object) =>
  Object.keys(formats).flatMap((format) =>
    Object.entries(NAMES).map(([kind, name]) => ({ format, kind, name })),
  );

test.each(cases(TEXTS))(
  "$format: a name that $kind says nothing for us",
  ({ format, name }) => {
    const text = TEXTS[format]?.(name) ?? "";
    // As main() of every command prints it.
    const printed = disarmed(text).replace(COLOUR, "");
    expectDisarmed(printed);
    // Without it, too, but for the colours that are ours.
    expect(text.replace(COLOUR, "").replace(/\n/g, "")).not.toMatch(ARMED);
    expect(printed).not.toMatch(/^FORGED/m);
  },
);

/** Markdown without its code, in which nothing is more than text. */
function withoutCode(markdown: string): string {
  return markdown
    .replace(/^(`{3,})text\n[^]*?\n\1$/gm, "")
    .replace(/(?<!`)(`+)(?!`)[^]*?(?<!`)\1(?!`)/g, "");
}

test.each(cases(MARKDOWN))(
  "Markdown of $format: a name that $kind is shown and nothing more",
  ({ format, name }) => {
    const text = MARKDOWN[format]?.(name) ?? "";
    expectDisarmed(text);
    const rest = withoutCode(text);
    for (const armed of ["@acme", "evil.example", "<img", "FORGED", "`"])
      expect(rest).not.toContain(armed);
  },
);

test.each(Object.entries(NAMES))(
  "an option that %s is quoted and says nothing for us",
  (_, name) => {
    const written: string[] = [];
    const write = jest
      .spyOn(process.stderr, "write")
      .mockImplementation((text) => written.push(String(text)) > 0);
    try {
      expect(() =>
        command("x", "x").parse([`--no-such${name}`], { from: "user" }),
      ).toThrow();
    } finally {
      write.mockRestore();
    }
    expect(written.join("")).toMatch(/unknown option/);
    expectDisarmed(written.join("").replace(COLOUR, ""));
  },
);

const FAILURES: Readonly<Record<string, (name: string) => Error>> = {
  "an error": (name) => new Error(`failed: ${name}`),
  "an error of Cloudflare's client": (name) =>
    Object.assign(new Error(name), {
      status: 400,
      errors: [{ code: 1, message: name }],
    }),
  "an error of Terraform": (name) =>
    new TerraformError("plan", `╷\n│ Error: ${name}\n│ \n│ ${name}\n╵`),
  "unusable input": (name) => new UsageError(name, [name]),
};

test.each(cases(FAILURES))(
  "$format that a command ends with: a name that $kind says nothing for us",
  async ({ format, name }) => {
    const told: string[] = [];
    const print = jest
      .spyOn(console, "error")
      .mockImplementation((text) => void told.push(String(text)));
    const cli = command("x", "x", { readsSettings: false }).action(() => {
      throw FAILURES[format]?.(name);
    });
    try {
      await main(cli, []);
    } finally {
      print.mockRestore();
      process.exitCode = undefined;
    }
    const text = told.join("\n").replace(COLOUR, "");
    expect(text).not.toBe("");
    expectDisarmed(text);
    expect(text).not.toMatch(/^FORGED/m);
  },
);

test.each(Object.entries(NAMES))(
  "JSON: a name that %s is the same to programs, and nothing to a terminal",
  (_, name) => {
    for (const text of [
      toJson(reviewed(name), true),
      probeJson(probed(name)),
      printableJsonLine({ error: name, remedy: name }),
    ]) {
      expectDisarmed(text);
      JSON.parse(text);
    }
    expect(Object.keys(JSON.parse(probeJson(probed(name))) as object)).toEqual([
      name,
    ]);
  },
);

test.each(Object.entries(NAMES))(
  "XML and HTML: a name that %s is text",
  (_, name) => {
    for (const text of [toJunit(probed(name)), toHtml(reviewed(name), true)]) {
      expect(text).not.toMatch(ARMED);
      expect(text).not.toMatch(/##\[/);
      expect(text).not.toContain("<img");
      expect(text).not.toMatch(/<!-- x/);
    }
  },
);
