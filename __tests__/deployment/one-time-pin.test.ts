import { DROP } from "../../local/api/calls";
import { differences } from "../../rehearsal/account-diff";
import { TIMEOUT, World } from "./world";

jest.setTimeout(TIMEOUT);

const ENV = {
  ACCESS_LOGIN_METHOD: "One-time PIN",
  GOOGLE_CLIENT_ID: "",
  TF_VAR_google_client_secret: "",
};

let world: World;
beforeAll(async () => {
  world = await World.open("guide");
  // An account without a code by mail.
  for (const { id, type } of world.account.identityProviders.values())
    if (type === "onetimepin") world.account.identityProviders.delete(id);
});
afterAll(() => world.close());

const pins = () =>
  [...world.account.identityProviders.values()].filter(
    ({ type }) => type === "onetimepin",
  );

test("a deploy takes in a code by mail whose answer got lost, and a destroy takes it away", async () => {
  const before = world.account.snapshot();
  const isPost = ({ method, path }: { method: string; path: string }) =>
    method === "POST" && path.endsWith("/access/identity_providers");
  // The answer gets lost, and the connection with it.
  const stop = world.api.onCall({
    before: (call) => (isPost(call) && pins().length > 0 ? DROP : undefined),
    after: (call, answer) => (isPost(call) && answer.ok ? DROP : undefined),
  });
  const cut = await world.script("deploy", ["identity", "--auto-approve"], ENV);
  stop();
  expect(pins()).toHaveLength(1);

  const again = await world.script(
    "deploy",
    ["identity", "--auto-approve", "--json"],
    ENV,
  );
  expect({ code: again.code, said: again.stderr }).toMatchObject({ code: 0 });
  expect(pins()).toHaveLength(1);
  expect(cut.stdout + cut.stderr).toContain("Code by mail (onetimepin)");

  const destroyed = await world.script(
    "destroy",
    ["identity", "--auto-approve"],
    ENV,
  );
  expect(destroyed.code).toBe(0);
  expect(differences(before, world.account.snapshot())).toEqual([]);
});
