import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startDeployed, TIMEOUT, type Deployed } from "./deployed";
import {
  infisicalEnvironment,
  startInfisical,
  type InfisicalServer,
} from "./infisical-server";

jest.setTimeout(TIMEOUT);

let world: Deployed;
let vault: InfisicalServer;
beforeAll(async () => {
  world = await startDeployed({
    tokens: [
      { name: "comfyui-api" },
      {
        name: "ci",
        duration: "forever",
        store: "infisical",
        paths: ["/queue"],
      },
    ],
  });
  vault = await startInfisical();
  await world.deploy();
});
afterAll(async () => {
  await vault.close();
  await world.close();
});

function token(name: string) {
  const found = [...world.account.serviceTokens.values()].find(
    (one) => one.name === name,
  );
  if (!found) throw new Error(`no token ${name}`);
  return found;
}

function secretsIn(text: string): string[] {
  return [...world.account.serviceTokens.values()]
    .map(({ client_secret }) => client_secret)
    .filter((secret) => text.includes(secret));
}

test("to env: sets both values, keeps the rest, and twice is once", async () => {
  const file = join(world.folder, "machine.env");
  writeFileSync(file, "# mine\nA='1'\nCOMFYUI_ACCESS_CLIENT_ID=old # bot\n");
  const args = ["comfyui", "--to", "env", "--file", file];

  const first = await world.run("secrets", args);
  const text = readFileSync(file, "utf8");
  const second = await world.run("secrets", [...args, "--json"]);

  const { client_id, client_secret } = token("comfyui-api");
  expect(first).toMatchObject({ code: 0, stderr: "" });
  expect(text).toBe(
    `# mine\nA='1'\nCOMFYUI_ACCESS_CLIENT_ID=${client_id} # bot\nCOMFYUI_ACCESS_CLIENT_SECRET=${client_secret}\n`,
  );
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(JSON.parse(second.stdout)).toEqual({
    to: file,
    token: "comfyui-api",
    names: ["COMFYUI_ACCESS_CLIENT_ID", "COMFYUI_ACCESS_CLIENT_SECRET"],
    changed: [],
  });
  expect(readFileSync(file, "utf8")).toBe(text);
  expect(secretsIn(first.stdout + second.stdout)).toEqual([]);
});

test("tells how to update what an older version deployed, and that does it", async () => {
  const path = join(world.env.ACCESS_STATE_DIR ?? "", "comfyui.tfstate");
  const state = JSON.parse(readFileSync(path, "utf8")) as {
    outputs: { service: { value: object; type: [string, object] } };
  };
  const { type, value } = state.outputs.service;
  for (const part of [value, type[1]])
    Object.assign(part, { access_app_id: undefined });
  writeFileSync(path, JSON.stringify(state));

  const args = ["comfyui", "--to", "env", "--file", join(world.folder, "a")];
  const { code, stderr } = await world.run("secrets", args);
  expect(stderr).toContain(
    "was deployed by an older version of this project: its state has no service.access_app_id. Deploy it again",
  );
  expect(code).toBe(2);

  expect(await world.deploy()).toBe("identity unchanged, comfyui deployed");
  expect(await world.run("secrets", args)).toMatchObject({ code: 0 });
});

test("reads them in a fresh checkout too, where Terraform is not set up yet", async () => {
  const stackDir = join(world.env.CDKTF_OUTPUT ?? "", "stacks/comfyui");
  rmSync(join(stackDir, ".terraform"), { recursive: true });
  const { code, stdout } = await world.run("secrets", [
    "comfyui",
    "--to",
    "export",
  ]);
  expect(stdout).toContain("export COMFYUI_ACCESS_CLIENT_ID='");
  expect(code).toBe(0);
});

test("to export: lines that a shell takes over", async () => {
  const { stdout } = await world.run("secrets", ["comfyui", "--to", "export"]);
  const shown = execFileSync("sh", [
    "-c",
    'eval "$1"; printf %s "$COMFYUI_ACCESS_CLIENT_SECRET"',
    "sh",
    stdout,
  ]);
  expect(String(shown)).toBe(token("comfyui-api").client_secret);
});

test("to its own store: another token under its own names", async () => {
  const args = ["comfyui", "--token", "ci"];
  const run = await world.run("secrets", args, infisicalEnvironment(vault));
  expect(run).toMatchObject({ code: 0, stderr: "" });
  expect(
    vault.secrets.get(
      "a-project/prod//machines/COMFYUI_CI_ACCESS_CLIENT_SECRET",
    ),
  ).toBe(token("ci").client_secret);
  expect(secretsIn(run.stdout)).toEqual([]);
});

test.each([
  [
    ["comfyui"],
    /--to <place> is required, because the token comfyui-api has no/,
  ],
  [
    ["comfyui", "--to", "paper"],
    "Allowed choices are env, infisical, google, export",
  ],
  [["comfyui", "--to", "env"], "name a file with --file"],
  [["comfy", "--to", "export"], 'no stack "comfy": it has comfyui, identity'],
  [["identity", "--to", "export"], "has no service deployed"],
  [["comfyui", "--to", "export", "--token", "x"], "it has comfyui-api, ci"],
  [["comfyui", "--to", "infisical"], "INFISICAL_CLIENT_ID is not set"],
])("fails with 2 for %j", async (args, said) => {
  const { code, stderr, stdout } = await world.run("secrets", args);
  expect(stderr).toMatch(said);
  expect(code).toBe(2);
  expect(stdout).toBe("");
});

test("fails with 2 for two faults at once, and says so in JSON as well", async () => {
  const args = ["comfyui", "--to", "export", "--json", "--file", "x"];
  const { code, stderr, stdout } = await world.run("secrets", args);
  const both = /remove --json\n.*only works with --to env/;
  expect(stderr).toMatch(both);
  expect(JSON.parse(stdout)).toEqual({ error: expect.stringMatching(both) });
  expect(code).toBe(2);
});

test("fails with 1 where Infisical refuses, without any secret", async () => {
  vault.refuse = { status: 403, message: "You may not" };
  const { code, stderr } = await world.run(
    "secrets",
    ["comfyui", "--to", "infisical"],
    infisicalEnvironment(vault),
  );
  vault.refuse = undefined;
  expect(stderr).toContain("can read and write secrets there");
  expect(code).toBe(1);
  expect(secretsIn(stderr)).toEqual([]);
});

test("rotate: a limited token goes to its own store, and is tried at its path", async () => {
  const before = token("ci").client_secret;
  const { code, stderr, stdout } = await world.run(
    "rotate",
    ["comfyui", "--token", "ci"],
    infisicalEnvironment(vault),
  );
  expect(stderr).toBe("");
  expect(stdout).toMatch(/^It works: ci: \/queue open, 302 at /m);
  expect(code).toBe(0);
  expect(token("ci").client_secret).not.toBe(before);
  expect(
    vault.secrets.get(
      "a-project/prod//machines/COMFYUI_CI_ACCESS_CLIENT_SECRET",
    ),
  ).toBe(token("ci").client_secret);
});

test("--help has an example", async () => {
  const { code, stdout } = await world.run("secrets", ["--help"]);
  expect(stdout).toContain("npm run secrets -- comfyui --to env");
  expect(code).toBe(0);
});
