import { join } from "node:path";
import { differences } from "../../rehearsal/account-diff";
import { run, TIMEOUT, World, type Outcome } from "./world";

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

/** `npx cdktf`, without npx. */
function cdktf(command: string): Promise<Outcome> {
  return run(
    process.execPath,
    [
      join(__dirname, "../../node_modules/.bin/cdktf"),
      ...[command, "identity", "--auto-approve"],
    ],
    { ...world.env, ...PIN_ONLY },
  );
}

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
  await deploy();
  expect(names().filter((name) => name === "Google")).toHaveLength(1);
  expect([...world.account.identityProviders.keys()]).toContain(google);
  await world.script("destroy", ["identity", "--auto-approve"]);
  expect(names()).not.toContain("Google");
});

test("cdktf itself deploys the code by mail, and its destroy leaves the account as before", async () => {
  world.account.identityProviders.clear();
  const before = world.account.snapshot();
  const deployed = await cdktf("deploy");
  expect({ code: deployed.code, said: deployed.stderr }).toMatchObject({
    code: 0,
  });
  expect(names()).toEqual(["Code by mail"]);
  const destroyed = await cdktf("destroy");
  expect({ code: destroyed.code, said: destroyed.stderr }).toMatchObject({
    code: 0,
  });
  expect(differences(before, world.account.snapshot())).toEqual([]);
});
