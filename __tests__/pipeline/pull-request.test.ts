import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startDeployed, TIMEOUT, type Deployed } from "../secrets/deployed";
import { startGitHub, TOKEN, type GitHubServer } from "./github-server";
import { startReadOnly, type ReadOnly } from "./read-only";

/** A day on which a waiver may end: waivers last a year at most. */
const SOON = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);

jest.setTimeout(TIMEOUT);

let world: Deployed;
let reader: ReadOnly;
let github: GitHubServer;
beforeAll(async () => {
  world = await startDeployed();
  reader = await startReadOnly(world.account, world.cloudflare.apiUrl);
  github = await startGitHub();
});
afterAll(async () => {
  await github.close();
  await reader.close();
  await world.close();
});

const SHA = "a".repeat(40);

/** What the second workflow has, and the first has not. */
function reviewing(conclusion: string): NodeJS.ProcessEnv {
  const event = join(world.folder, "event.json");
  const run = {
    head_sha: SHA,
    head_branch: "patch-1",
    conclusion,
    head_repository: { owner: { login: "mallory" } },
  };
  writeFileSync(event, JSON.stringify({ workflow_run: run }));
  github.answers.set(
    "/repos/acme/access/pulls?state=open&head=mallory%3Apatch-1",
    [{ number: 7, head: { sha: SHA } }],
  );
  return {
    ...reader.env,
    GITHUB_EVENT_PATH: event,
    GITHUB_REPOSITORY: "acme/access",
    GITHUB_TOKEN: TOKEN,
    GITHUB_API_URL: github.url,
  };
}

const synthesized = () => join(world.folder, "synthesized");
const reviewed = () => join(world.folder, "reviewed.json");

/** Without any secret, as where anybody's code runs. */
async function synthesize(
  extra: NodeJS.ProcessEnv = {},
  purpose = "review",
): Promise<string> {
  rmSync(synthesized(), { recursive: true, force: true });
  const { code } = await world.run(
    "ci",
    ["synthesize", "--for", purpose, "--out", synthesized()],
    {
      CLOUDFLARE_API_TOKEN: "",
      TF_VAR_google_client_secret: "",
      TF_REATTACH_PROVIDERS: "",
      ...extra,
    },
  );
  return code === 0 ? "success" : "failure";
}

/** Reviews what was synthesized as pull request 7. */
const review = (conclusion = "success", extra: NodeJS.ProcessEnv = {}) =>
  world.run(
    "ci",
    ["review", "--synthesized", synthesized(), "--save", reviewed()],
    { ...reviewing(conclusion), ...extra },
  );

/** Both, as the two workflows do. */
async function pullRequest(extra: NodeJS.ProcessEnv = {}) {
  return review(await synthesize(extra));
}

const statuses = () =>
  github.statuses.map(
    ({ sha, state }) => `${sha === SHA ? "head" : sha} ${state}`,
  );

/** The service under test, with other props. */
function withProps(props: object): NodeJS.ProcessEnv {
  const config = JSON.parse(world.env.STACKS_UNDER_TEST ?? "") as {
    services: { comfyui: object };
  };
  config.services.comfyui = { ...config.services.comfyui, ...props };
  return { STACKS_UNDER_TEST: JSON.stringify(config) };
}

const comment = () => github.comments.map(({ body }) => body).join("\n");

test("the first one, before anything is deployed, says who will get in, and changes nothing", async () => {
  const before = world.cloudflare.api.calls.length;
  const { code, stderr, stdout } = await pullRequest();
  expect(stderr).not.toContain("Error");
  expect(stdout).toMatch(/^## Access review\n/);
  expect(comment()).toContain("comfyui.datacrew.space");
  expect(comment()).toContain(world.parts.allowed.email);
  expect(code).toBe(0);
  expect(statuses()).toEqual(["head pending", "head success"]);
  const calls = world.cloudflare.api.calls.slice(before);
  expect(calls.filter(({ method }) => method !== "GET")).toEqual([]);
});

test("one that changes nothing replaces what the comment said", async () => {
  await world.deploy();
  const { code } = await pullRequest();
  expect(github.comments).toHaveLength(1);
  expect(comment()).not.toContain(world.parts.allowed.email);
  expect(code).toBe(0);
});

test("one that breaks a house rule fails, with the remedy", async () => {
  const { code } = await pullRequest(withProps({ sessionDuration: "720h" }));
  expect(comment()).toMatch(/Errors[^]*house rule session-too-long/);
  expect(comment()).toContain("Set a shorter sessionDuration.");
  expect(statuses().at(-1)).toBe("head failure");
  expect(code).toBe(1);
});

test("one with a waiver for it does not fail, and shows the waiver", async () => {
  const waiver = {
    rule: "session-too-long",
    reason: "the robots of the hall log in once a month",
    until: SOON,
  };
  const { code } = await pullRequest(
    withProps({ sessionDuration: "720h", waivers: [waiver] }),
  );
  expect(comment()).toMatch(
    new RegExp(`waived until ${SOON}, because: the robots`),
  );
  expect(code).toBe(0);
});

test("one that can't be planned says why, where the review stood", async () => {
  const tunnel = await pullRequest({ CLOUDFLARE_TUNNEL: "other" });
  expect(comment()).toContain("No tunnel is named other");
  expect(tunnel.code).toBe(1);

  const faults = await pullRequest(withProps({ sessionDuration: "1d" }));
  expect(comment()).toMatch(/not possible[^]*job that synthesizes/);
  expect(comment()).not.toContain("No tunnel is named other");
  expect(statuses().at(-1)).toBe("head failure");
  expect(faults.code).toBe(1);
});

test("one that would run programs or read files beside the token is not given to Terraform", async () => {
  await synthesize();
  const file = join(synthesized(), "comfyui.json");
  const code = JSON.parse(readFileSync(file, "utf8")) as {
    output: Record<string, unknown>;
    resource: Record<string, unknown>;
  };
  const secret = { value: '${file("/proc/self/environ")}' };
  const program = { provisioner: [{ "local-exec": { command: "id" } }] };
  code.output.secret = secret;
  code.resource.terraform_data = { x: program };
  writeFileSync(file, JSON.stringify(code));
  const before = world.cloudflare.api.calls.length;
  const { code: exit, stdout } = await review();
  expect(stdout).toContain("comfyui: output.secret.value: the function file");
  expect(stdout).toContain("comfyui: resource.terraform_data: ");
  expect(statuses().at(-1)).toBe("head failure");
  expect(world.cloudflare.api.calls).toHaveLength(before);
  expect(exit).toBe(1);
});

const workflow = { GITHUB_ACTIONS: "true" };

/** Deploys what was synthesized, as the workflow of main does. */
const main = (...options: string[]) =>
  world.run("ci", ["main", "--wait", "0", ...options], workflow);

const given = () => ["--synthesized", synthesized()];

test("what was uploaded as a harmless change is not what is deployed", async () => {
  const emails = world.env.ACCESS_ALLOWED_EMAILS;
  expect(await synthesize()).toBe("success");
  expect((await review()).code).toBe(0);
  await synthesize(
    { ACCESS_ALLOWED_EMAILS: `${emails},mallory@example.net` },
    "deploy",
  );
  const { code, stderr } = await main("--reviewed", reviewed(), ...given());
  expect(stderr).toMatch(/include\.1: the code is not as it was reviewed/);
  expect(code).toBe(2);
});

test("a workflow deploys nothing without a review, nor what it has to synthesize itself", async () => {
  const unreviewed = await main(...given());
  expect(unreviewed.stderr).toContain("deploys only what was reviewed");
  const own = await main("--reviewed", reviewed());
  expect(own.stderr).toContain("runs no code of stacks beside a token");
  expect([unreviewed.code, own.code]).toEqual([2, 2]);
});

test("what would run programs beside the token that writes is not given to Terraform", async () => {
  await synthesize({}, "deploy");
  const file = join(synthesized(), "comfyui.json");
  const code = JSON.parse(readFileSync(file, "utf8")) as {
    resource: Record<string, unknown>;
  };
  code.resource.terraform_data = { x: {} };
  writeFileSync(file, JSON.stringify(code));
  const before = world.cloudflare.api.calls.length;
  const outcome = await main("--reviewed", reviewed(), ...given());
  expect(outcome.stderr).toContain("comfyui: resource.terraform_data: ");
  expect(outcome.code).toBe(2);
  expect(world.cloudflare.api.calls).toHaveLength(before);
});

test("a workflow deploys as data what was reviewed", async () => {
  await synthesize({}, "deploy");
  const { code, stdout } = await main("--reviewed", reviewed(), ...given());
  expect(stdout).toMatch(/`comfyui` \| unchanged/);
  expect(code).toBe(0);
});

test("nothing that was printed or commented is a secret", () => {
  const secrets = [
    ...[...world.account.serviceTokens.values()].map(
      (token) => token.client_secret,
    ),
    world.parts.apiToken,
    world.parts.google.clientSecret,
    TOKEN,
  ];
  const seen = [
    ...world.printed,
    comment(),
    readFileSync(reviewed(), "utf8"),
  ].join("");
  expect(seen).toContain("comfyui");
  expect(secrets.filter((secret) => seen.includes(secret))).toEqual([]);
});
