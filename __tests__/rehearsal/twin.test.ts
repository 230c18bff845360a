import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { accountByHand, APP, TOKEN } from "../by-hand/accounts";
import { twinOf } from "../twin/twin";
import { ProjectCopy, type Outcome } from "./project-copy";

jest.setTimeout(600_000);

const FILE = "account-twin.json";

let copy: ProjectCopy;
beforeEach(async () => {
  copy = new ProjectCopy();
  const { file } = await twinOf(
    accountByHand("policy of its own for machines"),
    {
      settings: {
        zone: "datacrew.space",
        tunnel: "datacrew-services",
        loginMethod: { name: "Google" },
        allowedEmails: ["ada@datacrew.space"],
        allowedEmailDomains: [],
        dnsRecords: "existing",
      },
    },
  );
  writeFileSync(join(copy.dir, FILE), JSON.stringify(file));
});
afterEach(() => copy.remove());

interface Line {
  readonly what: string;
  readonly mark: string;
  readonly detail?: string;
}

async function rehearse(): Promise<Outcome & { lines: readonly Line[] }> {
  const outcome = await copy.start([`--account ${FILE} --json`]).ended;
  const { lines } = JSON.parse(outcome.stdout) as { lines: readonly Line[] };
  return { ...outcome, lines };
}

test("rehearses on a copy of an account what main.ts makes of what is there", async () => {
  const main = readFileSync(join(copy.dir, "main.ts"), "utf8");
  copy.write(
    "main.ts",
    `import { n8n } from "./services/n8n";\n${main
      .replace(
        'serviceUrl: "http://caddy:80",',
        `serviceUrl: "http://caddy:80",
    existingApplication: "${APP}",
    tokens: [{ existing: "${TOKEN.id}", name: "comfyui-api" }],`,
      )
      .replace(
        "  // Another service",
        `  new ServiceStack(app, "n8n", {
    ...shared,
    service: n8n,
    hostname: \`n8n.\${settings.zone}\`,
    serviceUrl: "http://n8n:5678",
  });
  // Another service`,
      )}`,
  );
  const { code, lines } = await rehearse();
  expect(lines.filter(({ mark }) => mark === "failed")).toEqual([]);
  expect(lines.map(({ what }) => what)).toEqual(
    expect.arrayContaining([
      "Before: comfyui.datacrew.space is protected",
      "Before: n8n.datacrew.space is public",
      "adopt identity comfyui n8n",
      "cdktf deploy identity comfyui n8n",
      "cdktf diff comfyui",
      "comfyui: The API works with the service token",
      "n8n: Browser access requires a login",
      "After: the account is as before",
    ]),
  );
  expect(code).toBe(0);
});

test("says what a deploy would fail at, and what that leaves", async () => {
  const main = readFileSync(join(copy.dir, "main.ts"), "utf8");
  const people = 'allowedEmails: ["mallory@example.net"],';
  copy.write(
    "main.ts",
    main.replace(
      'serviceUrl: "http://caddy:80",',
      `serviceUrl: "http://caddy:80", ${people}`,
    ),
  );
  const { code, lines, stderr } = await rehearse();
  const told = `main.ts names mallory@example.net, and the copy has other names`;
  expect(stderr).toContain(told);
  expect(lines.find(({ what }) => what.startsWith("adopt "))).toMatchObject({
    mark: "failed",
    detail: expect.stringContaining(told) as string,
  });
  expect(lines.slice(-3)).toMatchObject([
    {
      what: "cdktf deploy identity comfyui --auto-approve",
      mark: "failed",
      detail: expect.stringMatching(/11010[^]*Run: npm run adopt/) as string,
    },
    { what: "cdktf destroy identity comfyui", mark: "ok" },
    { what: "After: the account is as before", mark: "ok" },
  ]);
  expect(code).toBe(1);
});
