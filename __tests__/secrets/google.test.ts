import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { GoogleCloud } from "../../local/google-apis/cloud";
import { run } from "../../deployment/processes";
import { startDeployed, TIMEOUT, type Deployed } from "./deployed";

jest.setTimeout(TIMEOUT);

const ID = "COMFYUI_ACCESS_CLIENT_ID";
const SECRET = "COMFYUI_ACCESS_CLIENT_SECRET";
const UNCHANGED = "identity unchanged, comfyui unchanged";

let world: Deployed;
let cloud: GoogleCloud;
beforeAll(async () => {
  world = await startDeployed({}, { google: true });
  if (!world.googleCloud) throw new Error("no Google Cloud");
  cloud = world.googleCloud;
  await world.deploy();
});
afterAll(() => world.close());

function token() {
  const found = [...world.account.serviceTokens.values()].find(
    ({ name }) => name === "comfyui-api",
  );
  if (!found) throw new Error("it is not deployed");
  return found;
}

const kept = () => ({ id: cloud.read(ID), secret: cloud.read(SECRET) });
const given = () => ({ id: token().client_id, secret: token().client_secret });
const versions = () => cloud.secrets.get(SECRET)?.versions ?? [];

interface State {
  resources: {
    type: string;
    instances: { attributes: Record<string, unknown> }[];
  }[];
}

// Each test goes on where the one before it ended.

test("a deploy keeps both halves in Google, and the next finds nothing to do", async () => {
  expect(kept()).toEqual(given());
  expect(await world.deploy()).toBe(UNCHANGED);
});

test("the state has the secret with the token, and not once more with Google's resources", () => {
  const file = join(world.env.ACCESS_STATE_DIR ?? "", "comfyui.tfstate");
  const { resources } = JSON.parse(readFileSync(file, "utf8")) as State;
  const withSecret = resources.filter((resource) =>
    JSON.stringify(resource).includes(token().client_secret),
  );
  expect(withSecret.map(({ type }) => type)).toEqual([
    "cloudflare_zero_trust_access_service_token",
  ]);
  expect(resources.map(({ type }) => type)).toContain(
    "google_secret_manager_secret_version",
  );
});

test("secrets says where it is and how to read it, and writes nothing", async () => {
  const told = await world.run("secrets", ["comfyui"]);
  expect(told).toMatchObject({ code: 0, stderr: "" });
  expect(told.stdout).toContain(
    `${SECRET}: unchanged in Google Secret Manager, project ${cloud.projectNumber}\n  gcloud secrets versions access latest --secret=${SECRET} --project=${cloud.projectNumber}\n`,
  );
  const json = await world.run("secrets", [
    "comfyui",
    "--to",
    "google",
    "--json",
  ]);
  expect(JSON.parse(json.stdout)).toMatchObject({
    names: [ID, SECRET],
    changed: [],
  });
  expect(versions()).toHaveLength(1);
});

test("a rotation keeps the new secret as another version, and the old one for the overlap", async () => {
  const old = token().client_secret;
  const rotated = await world.run("rotate", ["comfyui", "--overlap", "2h"]);
  expect(rotated).toMatchObject({ code: 0, stderr: "" });
  expect(rotated.stdout).toContain(
    `Stored ${ID} and ${SECRET} in Google Secret Manager`,
  );
  expect(token().client_secret).not.toBe(old);
  expect(kept()).toEqual(given());
  expect(versions().map(({ state }) => state)).toEqual(["ENABLED", "ENABLED"]);
  expect(cloud.secrets.get(ID)?.versions).toHaveLength(1);
  expect(await world.deploy()).toBe(UNCHANGED);
});

test("a rotation that Google refused goes on when it is run again", async () => {
  cloud.denied.add("secretmanager.versions.add");
  const refused = await world.run("rotate", ["comfyui", "--force"]);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain("What to do: The Google credentials");
  expect(kept()).not.toEqual(given());

  cloud.denied.clear();
  const again = await world.run("rotate", ["comfyui"]);
  expect(again).toMatchObject({ code: 0, stderr: "" });
  expect(kept()).toEqual(given());
  expect(await world.deploy()).toBe(UNCHANGED);
});

test("a token that someone deleted is made anew, and kept anew", async () => {
  world.account.serviceTokens.delete(token().id);
  expect(await world.deploy()).toBe("identity unchanged, comfyui deployed");
  expect(kept()).toEqual(given());
  expect(await world.deploy()).toBe(UNCHANGED);
});

test("rotate --store env writes there as well, and Google has it all the same", async () => {
  const file = join(world.folder, "machine.env");
  const args = ["comfyui", "--store", "env", "--file", file, "--force"];
  expect((await world.run("rotate", args)).code).toBe(0);
  expect(readFileSync(file, "utf8")).toContain(token().client_secret);
  expect(kept()).toEqual(given());
});

test("fails where the stack does not keep it there, with what to add", async () => {
  const elsewhere = { ACCESS_GOOGLE_PROJECT: "" };
  expect(await world.deploy(elsewhere)).toContain("comfyui deployed");
  expect([...cloud.secrets.keys()]).toEqual([]);
  for (const args of [
    ["secrets", "--to"],
    ["rotate", "--store"],
  ] as const) {
    const [name, option] = args;
    const asked = ["comfyui", option, "google"];
    const { code, stderr } = await world.run(name, asked, elsewhere);
    expect(stderr).toContain('tokenStore: { googleProject: "…" }');
    expect(code).toBe(2);
  }
  await world.deploy();
});

test("destroy removes the secrets, and leaves the API on", async () => {
  const cwd = join(__dirname, "../..");
  const cdktf = join(cwd, "node_modules/.bin/cdktf");
  const args = ["destroy", "identity", "comfyui", "--auto-approve"];
  const { code } = await run(cdktf, args, { cwd, env: world.env });
  expect(code).toBe(0);
  expect([...cloud.secrets.keys()]).toEqual([]);
  expect(cloud.services).toContain("secretmanager.googleapis.com");
});
