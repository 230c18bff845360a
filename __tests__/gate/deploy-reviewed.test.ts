import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { atLength } from "../at-length";
import { TIMEOUT, World, type Outcome } from "../deployment/world";
import { MALLORY } from "./two-faced-app";

jest.setTimeout(TIMEOUT);

const HOST = "comfyui.datacrew.space";

let world: World;
/** What the last review has saved. */
let file: string;
beforeAll(async () => {
  world = await World.open("guide");
  file = join(world.workspace.dir, "reviewed.json");
});
afterAll(() => world.close());

const app = (face: string, extra: NodeJS.ProcessEnv = {}) => ({
  CDKTF_APP: `node --require ./typescript.js ${join(__dirname, "two-faced-app.ts")}`,
  FACE: face,
  MARK: join(world.workspace.dir, "mark"),
  ...extra,
});

async function review(env: NodeJS.ProcessEnv): Promise<void> {
  const outcome = await world.script("review", ["--save", file], env);
  expect(outcome).toMatchObject({ code: 0 });
  expect(outcome.stdout).not.toContain(MALLORY);
}

/** Deploys what was reviewed, and sees that nothing was written where it is refused. */
async function deploy(
  env: NodeJS.ProcessEnv,
  ...options: string[]
): Promise<Outcome & { readonly writes: readonly string[] }> {
  let outcome: Outcome | undefined;
  const writes = await world.writes(async () => {
    const args = ["comfyui", ...options];
    if (options.length === 0) args.push("--reviewed", file);
    outcome = await world.script("deploy", args, env);
  });
  return { ...outcome!, writes };
}

const policies = () => JSON.stringify([...world.account.policies.values()]);

// Each test goes on where the one before it ended.

test("a review is kept for its owner only, without a secret", async () => {
  await review(app("environment"));
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const text = readFileSync(file, "utf8");
  expect(text).toContain(HOST);
  for (const secret of [
    world.env.CLOUDFLARE_API_TOKEN,
    world.env.TF_VAR_google_client_secret,
  ])
    expect(text).not.toContain(String(secret));
});

const isRefusedAsAnother = async (env: NodeJS.ProcessEnv) => {
  const { code, stderr, stdout, writes } = await deploy(env);
  expect(stderr).toMatch(
    /comfyui: resource\.cloudflare_zero_trust_access_policy\.\S+\.include\.1: the code is not as it was reviewed/,
  );
  expect(stdout).not.toContain("planning");
  expect({ code, writes }).toEqual({ code: 2, writes: [] });
};

test("code that is another in a deploy, by its environment, is refused before a plan is made", () =>
  isRefusedAsAnother(app("environment")));

atLength(
  "code that is another in a deploy, by its clock, is refused before a plan is made",
  () => isRefusedAsAnother(app("clock", { OPENS_AT: "2020-01-01" })),
);

test("what was reviewed before anything was there is deployed, one stack after the other", async () => {
  const honest = app("honest");
  await review(honest);
  const { code, stdout } = await deploy(honest);
  expect(stdout).toMatch(/identity: deployed[^]*comfyui: deployed\n/);
  expect(code).toBe(0);
  expect(policies()).not.toContain(MALLORY);
});

test("code that is the same text and plans something else is refused by what it does", async () => {
  const env = app("terraform", { MARK: join(world.workspace.dir, "later") });
  await review(env);
  writeFileSync(env.MARK, "");
  const { code, stdout, writes } = await deploy(env);
  expect(stdout).toMatch(
    new RegExp(
      `Refused: this was not in the review\\.[^]*${MALLORY} at https://${HOST}/: reviewed as "no", and this deploy makes it "by login"`,
    ),
  );
  expect(stdout).toContain("Nothing of these plans was applied.");
  expect({ code, writes }).toEqual({ code: 1, writes: [] });
  expect(policies()).not.toContain(MALLORY);
});

atLength(
  "an account that has moved where the deploy writes is refused, elsewhere it is not",
  async () => {
    const env = app("honest", { ACCESS_ALLOWED_EMAILS: "ben@example.com" });
    await review(env);
    const by = (domain: string) => byHand(domain, "by hand");
    await by("elsewhere.datacrew.space");
    const id = await by(`${HOST}/opened`);
    const refused = await deploy(env);
    expect(refused.stdout).toMatch(
      /ben@example\.com at https:\/\/comfyui\.datacrew\.space\/opened: reviewed as "by login", and this deploy makes it "no"/,
    );
    expect(refused).toMatchObject({ code: 1, writes: [] });

    world.account.applications.delete(id);
    const { code, stdout } = await deploy(env);
    expect(stdout).toContain("comfyui: deployed");
    expect(code).toBe(0);
  },
);

atLength(
  "a deploy without a review shows what its own plans really do, and does that",
  async () => {
    const { code, stdout } = await deploy(app("environment"), "--auto-approve");
    expect(stdout).toMatch(new RegExp(`no -> by login +.*${MALLORY}`));
    expect(code).toBe(0);
    expect(policies()).toContain(MALLORY);
  },
);

/** Makes an application that lets everyone in; returns its id. */
async function byHand(domain: string, name: string): Promise<string> {
  const { CLOUDFLARE_API_TOKEN, CLOUDFLARE_BASE_URL } = world.env;
  const answer = await fetch(
    `${CLOUDFLARE_BASE_URL}/accounts/${world.account.id}/access/apps`,
    {
      method: "POST",
      headers: { authorization: `Bearer ${CLOUDFLARE_API_TOKEN}` },
      body: JSON.stringify({
        name,
        type: "self_hosted",
        domain,
        policies: [{ name, decision: "bypass", include: [{ everyone: {} }] }],
      }),
    },
  );
  const { result } = (await answer.json()) as { result: { id: string } };
  expect(answer.status).toBe(201);
  return result.id;
}
