import { writeFileSync } from "node:fs";
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

/** Runs the step as the workflow does, on pull request 7. */
async function pullRequest(extra: NodeJS.ProcessEnv = {}) {
  const event = join(world.folder, "event.json");
  writeFileSync(event, '{ "pull_request": { "number": 7 } }');
  return world.run("ci", ["pull-request"], {
    ...reader.env,
    GITHUB_EVENT_PATH: event,
    GITHUB_REPOSITORY: "acme/access",
    GITHUB_TOKEN: TOKEN,
    GITHUB_API_URL: github.url,
    ...extra,
  });
}

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
  expect(comment()).toMatch(/not possible[^]*sessionDuration must be from/);
  expect(comment()).not.toContain("No tunnel is named other");
  expect(faults.code).toBe(1);
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
  const seen = [...world.printed, comment()].join("");
  expect(seen).toContain("comfyui");
  expect(secrets.filter((secret) => seen.includes(secret))).toEqual([]);
});
