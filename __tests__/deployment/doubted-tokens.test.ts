import type { Own } from "../../deployment/adoptable";
import { doubtedTokens } from "../../deployment/doubted-tokens";
import { findLeftovers, TOKEN } from "../../deployment/leftovers";
import { cloud, type Cloud } from "../local/api/support";

/** A token with the name of the stack's, made so many seconds into the run. */
async function tokenAt(it: Cloud, seconds: number): Promise<string> {
  const { id } = await it.client.zeroTrust.access.serviceTokens.create({
    ...it.at,
    name: "comfyui-api",
  });
  const made = it.account.serviceTokens.get(id!)!;
  made.created_at = new Date(Date.UTC(2026, 10, 28, 9, 0, seconds)).toJSON();
  return id!;
}

/** Ids of those in doubt, where a run's note says that all are the stack's. */
async function doubted(it: Cloud, kept?: string): Promise<string[]> {
  const values = { account_id: it.account.id, name: "comfyui-api" };
  const own: Own[] = [{ address: "token.it", type: TOKEN, values, id: kept }];
  const known = new Set(kept === undefined ? [] : [kept]);
  const alike = await findLeftovers(own, known, it.client, () => true);
  const found = doubtedTokens(alike, own);
  return found.map(({ object }) => object.id);
}

test.each([
  ["a moment older than", 10],
  ["younger than", 30],
  ["much older than", -600],
])("one that is %s the state's may be a person's", async (_, seconds) => {
  const it = cloud();
  const another = await tokenAt(it, seconds);
  expect(await doubted(it, await tokenAt(it, 12))).toEqual([another]);
});

test("where the state has none, one is that of the deploy that was cut off, and of several any may be a person's", async () => {
  const it = cloud();
  const first = await tokenAt(it, 10);
  expect(await doubted(it)).toEqual([]);
  const second = await tokenAt(it, 20);
  expect((await doubted(it)).sort()).toEqual([first, second].sort());
});
