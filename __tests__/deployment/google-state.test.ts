import { readdirSync } from "node:fs";
import { startDeployed, TIMEOUT, type Deployed } from "../secrets/deployed";
import { startGoogleBucket, type GoogleBucket } from "./gcs";

jest.setTimeout(TIMEOUT);

const LOCK = "access-stacks/comfyui/default.tflock";

let world: Deployed;
let bucket: GoogleBucket;
const closing: (() => Promise<void>)[] = [];
beforeAll(async () => {
  bucket = await startGoogleBucket();
  closing.push(() => bucket.close());
  world = await startDeployed();
  closing.push(() => world.close());
});
afterAll(async () => {
  for (const close of closing.reverse()) await close();
});

test("a deploy keeps the states in Google's bucket, and none here", async () => {
  expect(await world.deploy(bucket.env)).toBe(
    "identity deployed, comfyui deployed",
  );
  expect(await bucket.keys()).toEqual([
    "access-stacks/comfyui/default.tfstate",
    "access-stacks/identity/default.tfstate",
  ]);
  expect(
    readdirSync(world.env.ACCESS_STATE_DIR ?? "").filter((name) =>
      /tfstate/.test(name),
    ),
  ).toEqual([]);
});

test("a state that could not be saved is saved by the next run, and nothing is made twice", async () => {
  const env = { ...bucket.env, ACCESS_ALLOWED_EMAIL_DOMAINS: "example.org" };
  const args = ["comfyui", "--auto-approve", "--json"];
  bucket.readOnly = true;
  const cut = await world.run("deploy", args, env);
  bucket.readOnly = false;
  expect(cut.stderr).toMatch(/What to do: .*keeps it in errored\.tfstate/);
  expect(cut.code).toBe(1);
  const { policies } = world.account;
  const made = policies.size;
  const { stdout } = await world.run("deploy", args, env);
  expect(JSON.parse(stdout)).toMatchObject({ comfyui: "unchanged" });
  expect(policies.size).toBe(made);
  expect(await world.deploy(bucket.env)).toBe(
    "identity unchanged, comfyui deployed",
  );
});

test("fails while another deploy holds the state: whose it is, and what frees it", async () => {
  const held = {
    Path: `gs://states/${LOCK}`,
    Who: "ci@runner-7",
    Created: "2026-11-24T20:00:00Z",
    Operation: "OperationTypeApply",
  };
  await bucket.put(LOCK, JSON.stringify(held));
  const args = ["comfyui", "--auto-approve", "--lock-timeout", "0s"];
  const { code, stderr } = await world.run("deploy", args, bucket.env);
  await bucket.delete(LOCK);
  expect(stderr).toMatch(
    /ci@runner-7 holds the state lock of comfyui since 2026-11-24 20:00:00 UTC: .*stacks\/comfyui force-unlock \d+$/m,
  );
  expect(code).toBe(1);
});

test("the states can be moved to this machine", async () => {
  const env = { ...bucket.env, ACCESS_STATE: "local" };
  const { code, stdout } = await world.run(
    "move-state",
    ["--from", "gcs", "--json"],
    env,
  );
  expect(JSON.parse(stdout)).toEqual({ identity: "moved", comfyui: "moved" });
  expect(code).toBe(0);
  expect(await world.deploy(env)).toBe("identity unchanged, comfyui unchanged");
});
