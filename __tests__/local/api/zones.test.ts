import type { Zone } from "../../../local/account-objects";
import { all, cloud, refusal } from "./support";

function withForeignZone() {
  const here = cloud();
  const own = here.account.zones.get(here.zoneId)!;
  const foreign: Zone = {
    ...own,
    id: "f".repeat(32),
    status: "pending",
    account: { id: "e".repeat(32), name: "Someone else" },
  };
  here.account.zones.set(foreign.id, foreign);
  return here;
}

test("finds a zone by name, and by account where two accounts have it", async () => {
  const here = withForeignZone();
  const list = (query: object) => all(here.client.zones.list(query));
  expect(await list({ name: "datacrew.space" })).toHaveLength(2);
  const [own, ...more] = await list({
    name: "datacrew.space",
    account: { id: here.account.id },
  });
  expect(more).toEqual([]);
  expect(own).toMatchObject({
    id: here.zoneId,
    name: "datacrew.space",
    status: "active",
    account: { id: here.account.id, name: "Datacrew" },
  });
  expect(await list({ name: "contains:crew" })).toHaveLength(2);
  expect(await list({ status: "pending" })).toHaveLength(1);
  expect(await list({ name: "example.org" })).toEqual([]);
});

test("fails on a zone that never was", async () => {
  const { client } = cloud();
  expect(
    await refusal(client.zones.get({ zone_id: "0".repeat(32) })),
  ).toMatchObject({ status: 404, code: 1001 });
});

test("fails to put an application on another account's zone", async () => {
  const here = withForeignZone();
  here.account.zones.delete(here.zoneId);
  here.account.zones.get("f".repeat(32))!.status = "active";
  expect(
    await refusal(
      here.client.zeroTrust.access.applications.create({
        ...here.at,
        type: "self_hosted",
        domain: "comfyui.datacrew.space",
      }),
    ),
  ).toMatchObject({ code: 12130 });
});
