import { readFileSync } from "node:fs";
import { join } from "node:path";
import { typed } from "../scripts/terminal";
import { TIMEOUT, World } from "./world";

jest.setTimeout(TIMEOUT);

const PIN_ONLY = {
  ACCESS_LOGIN_METHOD: "One-time PIN",
  GOOGLE_CLIENT_ID: "",
  TF_VAR_google_client_secret: "",
};

let world: World;
beforeAll(async () => {
  world = await World.open("guide");
  world.account.identityProviders.clear();
});
afterAll(() => world.close());

const names = () =>
  [...world.account.identityProviders.values()].map(({ name }) => name);

test("Google, then the code by mail alone, then Google again is one Google", async () => {
  const deploy = async (env: NodeJS.ProcessEnv = {}) => {
    const { code, stderr } = await world.script(
      "deploy",
      ["identity", "--auto-approve"],
      env,
    );
    expect({ code, stderr }).toMatchObject({ code: 0 });
  };
  await deploy();
  const [google] = world.account.identityProviders.keys();
  await deploy(PIN_ONLY);
  expect(names().sort()).toEqual(["Code by mail", "Google"]);
  if (process.platform === "linux") {
    const no = /Deploy .*does it: /;
    const { screen } = await typed("deploy.ts identity", world.env, [
      no,
      "no\n",
    ]);
    expect(screen).toMatch(/takes up login method Google .* again/);
    const file = join(world.env.ACCESS_STATE_DIR ?? "", "identity.tfstate");
    expect(readFileSync(file, "utf8")).not.toContain(google);
  }
  await deploy();
  expect(names().filter((name) => name === "Google")).toHaveLength(1);
  expect([...world.account.identityProviders.keys()]).toContain(google);
  await world.script("destroy", ["identity", "--auto-approve"]);
  expect(names()).not.toContain("Google");
});
