import { DROP } from "../../../local/api/calls";
import { TUNNEL_PROVIDER } from "../../../providers/tunnel-route/package";
import { openCloud, type Cloud } from "../tunnel-route/cloud";
import { Workspace } from "../tunnel-route/workspace";

jest.setTimeout(120_000);

let cloud: Cloud;
let workspace: Workspace;
beforeAll(async () => {
  cloud = await openCloud();
  workspace = await Workspace.open(cloud);
});
afterAll(async () => {
  workspace.remove();
  await cloud.close();
});

const pins = () =>
  [...cloud.account.identityProviders.values()].filter(
    ({ type }) => type === "onetimepin",
  );

const LEFT = {
  removed: [{ from: "tunnel_one_time_pin.pin", lifecycle: { destroy: false } }],
};

function write(blocks: object): void {
  workspace.writeBlocks({
    terraform: {
      required_providers: { tunnel: { source: TUNNEL_PROVIDER.address } },
    },
    ...blocks,
  });
}

function withPin(): void {
  write({
    provider: { tunnel: { journal_dir: "journal" } },
    resource: {
      tunnel_one_time_pin: {
        pin: { account_id: cloud.account.id, name: "Code by mail" },
      },
    },
  });
}

test("lives through Terraform: lost answer, rename, taken out of the code, destroy", async () => {
  for (const { id } of pins()) cloud.account.identityProviders.delete(id);
  withPin();
  let dropped = 0;
  const stop = cloud.api.onCall({
    after: ({ method }, { ok }) =>
      method === "POST" && ok && dropped++ === 0 ? DROP : undefined,
  });
  expect(await workspace.apply()).toMatchObject({ code: 0 });
  stop();
  expect(dropped).toBe(1);
  const [made] = pins();
  expect(made).toMatchObject({ name: "Code by mail" });

  made!.name = "Login by mail";
  expect(await workspace.plan()).toMatchObject({ code: 0 });

  // As a stack that has no resource of ours any more: not even the provider's block.
  write(LEFT);
  expect(await workspace.apply()).toMatchObject({ code: 0 });
  expect(pins()).toHaveLength(1);

  withPin();
  expect(await workspace.apply()).toMatchObject({ code: 0 });
  expect(await workspace.destroy()).toMatchObject({ code: 0 });
  expect(pins()).toEqual([]);
});

test("says of one that was there that it stays", async () => {
  const id = cloud.account.newId();
  const theirs = {
    ...{ id, name: "Code by mail", type: "onetimepin", config: {} },
    version: "1",
  };
  cloud.account.identityProviders.set(id, { ...theirs });
  withPin();
  expect(await workspace.apply()).toMatchObject({ code: 0 });
  expect(await workspace.plan()).toMatchObject({ code: 0 });
  const { code, text } = await workspace.destroy();
  expect(code).toBe(0);
  expect(text).toContain("The one-time PIN stays in the account");
  expect(pins()).toEqual([theirs]);
});
