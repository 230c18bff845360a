import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { atLength } from "../at-length";
import { runScript, TIMEOUT, World, type Outcome } from "../deployment/world";
import { change, planJson } from "./plans";

jest.setTimeout(TIMEOUT);

const HOST = "comfyui.datacrew.space";

let world: World;
let folder: string;
beforeAll(async () => {
  world = await World.open("guide");
  folder = mkdtempSync(join(tmpdir(), "review-command-"));
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await world.close();
});

interface Report {
  readonly bad: boolean;
  readonly access: readonly {
    readonly host: string;
    readonly subject: { readonly label: string };
    readonly before: { readonly outcome: string };
    readonly after: { readonly outcome: string };
  }[];
  readonly findings: readonly {
    readonly id: string;
    readonly severity: string;
  }[];
}

/** Runs the command, and sees that it only reads and leaves no plan behind. */
async function review(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<Outcome> {
  let outcome: Outcome | undefined;
  const writes = await world.writes(async () => {
    outcome = await world.script("review", args, env);
  });
  expect(writes).toEqual([]);
  const files = readdirSync(world.workspace.dir, { recursive: true });
  expect(files.filter((file) => /\.(plan|tfplan)$/.test(String(file)))).toEqual(
    [],
  );
  return outcome!;
}

const turns = ({ stdout }: Outcome) =>
  (JSON.parse(stdout) as Report).access.map(
    ({ after, before, host, subject }) =>
      `${host}: ${subject.label}: ${before.outcome} -> ${after.outcome}`,
  );

const isSame = (turn: string) => /: (\w+) -> \1$/.test(turn);

/** All that states and plans hold and nobody may see. */
const secrets = () => [
  ...[...world.account.serviceTokens.values()].map(
    ({ client_secret }) => client_secret,
  ),
  ...world.account.googleClients.map(({ client_secret }) => client_secret),
  ...world.account.apiTokens.map(({ value }) => value),
];

const ids = ({ stdout }: Outcome, severity: string) =>
  (JSON.parse(stdout) as Report).findings
    .filter((finding) => finding.severity === severity)
    .map(({ id }) => id);

test("reviews what was never deployed, then a change of it, then its destroy", async () => {
  const page = join(folder, "review.html");
  const first = await review(["--json", "--html", page]);
  expect(first.code).toBe(0);
  expect(turns(first)).toEqual([
    `${HOST}: anyone without a login: public -> refused`,
    `${HOST}: ada@datacrew.space: public -> login`,
    `${HOST}: anyone else who can log in: public -> refused`,
    `${HOST}: token grafana-reports: public -> refused`,
    `${HOST}: token comfyui-api: public -> token`,
  ]);
  expect(readFileSync(page, "utf8")).toContain(HOST);
  expect(statSync(page).mode & 0o077).toBe(0);

  await world.deploy();
  const changed = await review(
    ["--json", "--all", "--html", page, "--no-new-access"],
    { ACCESS_ALLOWED_EMAILS: "new@example.com" },
  );
  expect(changed.code).toBe(1);
  expect(JSON.parse(changed.stdout)).toMatchObject({ newAccess: "yes" });
  const all = changed.stdout + changed.stderr + readFileSync(page, "utf8");
  for (const secret of secrets()) expect(all).not.toContain(secret);
  expect(turns(changed).filter((turn) => !isSame(turn))).toEqual([
    `${HOST}: ada@datacrew.space: login -> refused`,
    `${HOST}: new@example.com: refused -> login`,
  ]);
  expect(ids(changed, "warning")).toContain("session-lasts");

  const destroy = await review(["--json"], { TF_CLI_ARGS_plan: "-destroy" });
  expect(destroy.code).toBe(1);
  expect(ids(destroy, "error")).toContain("becomes-public");
});

test("answers whether there is new access, in words and by its exit code", async () => {
  const file = join(folder, "none.json");
  writeFileSync(file, planJson([]));
  const none = await review(["--plan", file, "--no-new-access"]);
  expect([none.code, none.stdout.trim().split("\n").at(-1)]).toEqual([
    0,
    "New access: no, for every request.",
  ]);
  const unread = join(folder, "unread.json");
  const after = { input: "x" };
  writeFileSync(
    unread,
    planJson([change("terraform_data.run", ["create"], { after })]),
  );
  const open = await review(["--plan", unread, "--no-new-access"]);
  expect(open.code).toBe(3);
  expect(open.stdout).toMatch(
    /New access: undecided:\n {2}.*terraform_data\.run/,
  );
});

describe("npm run why", () => {
  const ask = (...args: string[]) =>
    world.script("why", args, { NO_COLOR: "1" });

  test("explains what lets a request through, with 0", async () => {
    const { code, stderr, stdout } = await ask(
      "ada@datacrew.space",
      `https://${HOST}/prompt`,
    );
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(
      /^ada@datacrew\.space, by Google at https:\S+\/prompt: by login\n/m,
    );
    expect(stdout).toMatch(/hit +record +comfyui\.datacrew\.space/);
    expect(stdout).toMatch(/hit +application +ComfyUI/);
    expect(stdout).toMatch(/hit +policy +ComfyUI Access Policy/);
    expect(stdout).toMatch(/hit +rule +comfyui\.datacrew\.space/);
  });

  test("says for programs what refuses a request, with 1", async () => {
    const { code, stdout } = await ask(
      "nobody",
      `https://${HOST}/prompt`,
      "--json",
    );
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toEqual([
      expect.objectContaining({
        outcome: "refused",
        reaches: false,
        application: "ComfyUI",
      }),
    ]);
  });

  test("says what it would depend on, with 3", async () => {
    const policy = [...world.account.policies.values()].find(
      ({ name }) => name === "ComfyUI Access Policy",
    )!;
    const { include } = policy;
    policy.include = [{ device_posture: { integration_uid: "d1" } }];
    const { code, stdout } = await ask(
      "ada@datacrew.space",
      `https://${HOST}/`,
    );
    policy.include = include;
    expect(code).toBe(3);
    expect(stdout).toMatch(/would depend +policy .* on /);
  });

  test("takes the name of a token, and refuses what is none with 2", async () => {
    const token = await ask("comfyui-api", `https://${HOST}/queue`);
    expect([token.code, token.stdout.split("\n")[0]]).toEqual([
      0,
      `token comfyui-api at https://${HOST}/queue: by token`,
    ]);
    const none = await ask("comfyui-apl", `https://${HOST}/queue`);
    expect(none.code).toBe(2);
    expect(none.stderr).toMatch(
      /got "comfyui-apl": the account has .*comfyui-api/,
    );
    const noUrl = await ask("nobody", "/queue");
    expect(noUrl.code).toBe(2);
    expect(noUrl.stderr).toMatch(/<url> must be the address of a page/);
  });
});

test("reads plans from files and makes none", async () => {
  const file = join(folder, "web.json");
  writeFileSync(file, planJson([]));
  const outcome = await review(["--plan", file, "--markdown"]);
  expect(outcome.code).toBe(0);
  expect(outcome.stderr).toBe("");
  expect(outcome.stdout).toMatch(
    /^## Access review\n\nNobody's access changes/,
  );
});

const REFUSES = "refuses %s with 2";
async function refuses(
  _: string,
  args: readonly string[],
  message: RegExp,
): Promise<void> {
  const { code, stderr } = await review(args);
  expect(code).toBe(2);
  expect(stderr).toMatch(message);
}
test.each([
  ["a stack that is not there", ["nothing"], /main\.ts has no stack "nothing"/],
  [
    "a file that is not there",
    ["--plan", "no.json"],
    /file not found: no\.json/,
  ],
])(REFUSES, refuses);
atLength.each([
  [
    "a file that is no plan",
    ["--plan", "package.json"],
    /package is not a plan/,
  ],
  [
    "a page without a place",
    ["--html", "/no/where/x.html"],
    /\/no\/where does not exist/,
  ],
  [
    "stacks beside plans",
    ["comfyui", "--plan", "package.json"],
    /--plan takes only files/,
  ],
])(REFUSES, refuses);

test("refuses to start without an account and a token, naming both", async () => {
  const { code, stderr } = await runScript("review", [], {
    PATH: process.env.PATH,
    ACCESS_ENV_FILE: "",
  });
  expect(code).toBe(2);
  expect(stderr).toMatch(/CLOUDFLARE_ACCOUNT_ID.*\n.*CLOUDFLARE_API_TOKEN/);
});

test("tells what it can't read for want of a permission", async () => {
  const [token] = world.account.apiTokens;
  const { permissions } = token!;
  token!.permissions = permissions.filter((name) => !/DNS|Tunnel/.test(name));
  const file = join(folder, "web.json");
  writeFileSync(file, planJson([]));
  const { code, stderr } = await review(["--plan", file]);
  token!.permissions = permissions;
  expect(code).toBe(2);
  expect(stderr).toMatch(
    /can't read tunnels: the API token lacks a permission for this .*"Cloudflare Tunnel Read"/,
  );
});
