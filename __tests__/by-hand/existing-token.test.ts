import { differences } from "../../rehearsal/account-diff";
import type { Config } from "../stacks/app";
import { faults } from "../stacks/faults";
import { TIMEOUT, World } from "../stacks/world";
import { accountByHand, APP, HOST, PEOPLE, TOKEN } from "./accounts";

jest.setTimeout(TIMEOUT);

const URL = `https://${HOST}/`;

function admitting(existing: string): Config {
  return {
    services: {
      comfyui: {
        service: "comfyui",
        hostname: HOST,
        dnsRecord: "existing",
        allowedEmails: ["ada@datacrew.space"],
        tokens: [{ existing, name: "bot" }],
      },
    },
  };
}

let world: World;
let before: unknown;
beforeAll(async () => {
  // The token works elsewhere: of the host nothing was made by hand.
  const account = accountByHand("guide to the letter");
  account.applications.delete(APP);
  account.policies.delete(PEOPLE);
  for (const [id, { name }] of account.identityProviders)
    if (name === "Google") account.identityProviders.delete(id);
  world = await World.open(account);
  before = account.snapshot();
});
afterAll(() => world.close());

test("refuses an id that no token has, and lists those that there are", async () => {
  const unknown = "00000000-0000-4000-8000-000000000000";
  await expect(
    world.deploy(admitting(unknown), { urls: [], visitors: [] }),
  ).rejects.toThrow(
    new RegExp(
      `No service token has the id ${unknown}. There:\\s+${TOKEN.name} .${TOKEN.id}.`,
    ),
  );
});

test("a token of two that have its name gets in from the application on", async () => {
  const { serviceTokens } = world.account;
  const other = { ...serviceTokens.get(TOKEN.id)!, client_id: "other.access" };
  serviceTokens.set("other", { ...other, id: "other" });
  const done = await world.deploy(admitting(TOKEN.client_id), { urls: [URL] });
  serviceTokens.delete("other");
  expect(faults(done)).toEqual([]);
  expect(done.writes.filter((write) => write.includes("token "))).toEqual([]);
  expect(await world.machine(TOKEN.name).reach(URL)).toBeDefined();
});

test("a change and a destroy leave the token as it was", async () => {
  const changed = await world.deploy(admitting(TOKEN.id), {
    urls: [URL],
    admitted: [world.machine(TOKEN.name)],
  });
  expect(faults(changed)).toEqual([]);
  expect(changed.writes).toEqual([]);
  await world.destroy(admitting(TOKEN.id), { urls: [], visitors: [] });
  expect(differences(before, world.account.snapshot())).toEqual([]);
});
