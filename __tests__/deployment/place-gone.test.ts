import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lookOnly } from "../../deployment/adopt";
import { writeNote } from "../../deployment/apply-note";
import { cloud } from "../local/api/support";

const POLICY = "cloudflare_zero_trust_access_policy";

let dir: string;
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), "place-gone-"))));
afterEach(() => rmSync(dir, { recursive: true }));

/** What the next run does with a policy that a cut-off run made, by code that has this policy. */
async function doneWith(name: string): Promise<unknown> {
  const { at, client } = cloud();
  const values = {
    ...{ ...at, name: "machines", decision: "non_identity" as const },
    include: [{ any_valid_service_token: {} }],
  };
  await client.zeroTrust.access.policies.create(values);
  const path = join(dir, "none.tfstate");
  writeFileSync(
    join(dir, "cdk.tf.json"),
    JSON.stringify({
      terraform: { backend: { local: { path } } },
      resource: { [POLICY]: { [name]: values } },
    }),
  );
  const env = { ...process.env, ACCESS_STATE_DIR: dir };
  writeNote(
    {
      ...{ stack: "web", command: "deploy", began: new Date().toISOString() },
      ...{ ended: false, processes: [], existing: { [POLICY]: [] } },
      creates: [{ address: `${POLICY}.before`, type: POLICY, values }],
      orphans: [],
    },
    env,
  );
  const found = await lookOnly({ name: "web", dir }, client, { env });
  return [...(found.due ?? []), ...found.left].map(({ action }) => action);
}

test("what a run left is imported to the place that it was made for", async () => {
  expect(await doneWith("before")).toEqual([
    { do: "import", address: `${POLICY}.before` },
  ]);
});

test("where the code has that place no more, it is left to a person", async () => {
  expect(await doneWith("after")).toEqual([{ do: "delete" }]);
});
