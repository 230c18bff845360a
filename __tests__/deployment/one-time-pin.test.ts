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

test("a deploy keeps its own code by mail whose answer got lost and that was renamed, and a destroy takes it away", async () => {
  const before = world.account.snapshot();
  let dropped = 0;
  const stop = world.api.onCall({
    after: ({ method, path }, { ok }) =>
      method === "POST" &&
      path.endsWith("/access/identity_providers") &&
      ok &&
      dropped++ === 0
        ? DROP
        : undefined,
  });
  const first = await world.script(
    "deploy",
    ["identity", "--auto-approve"],
    ENV,
  );
  stop();
  expect({ code: first.code, said: first.stderr }).toMatchObject({ code: 0 });
  expect(pins()).toMatchObject([{ name: "Code by mail" }]);
  pins()[0]!.name = "Login by mail";

  const again = await world.script(
    "deploy",
    ["identity", "--auto-approve", "--json"],
    ENV,
  );
  expect({ code: again.code, said: again.stderr }).toMatchObject({ code: 0 });
  expect(pins()).toMatchObject([{ name: "Login by mail" }]);

  const destroyed = await world.script(
    "destroy",
    ["identity", "--auto-approve"],
    ENV,
  );
  expect(destroyed.code).toBe(0);
  expect(differences(before, world.account.snapshot())).toEqual([]);
});
