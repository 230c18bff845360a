import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { leftAfter } from "../../deployment/adopt";
import { noteReleased, noteUsedRecords } from "../../deployment/released";
import type { ResourceChange } from "../../deployment/terraform";
import { cloud } from "../local/api/support";

const ADDRESS = "tunnel_dns_record.it";
const NAME = "it.datacrew.space";

let folder: string;
let env: NodeJS.ProcessEnv;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "released-"));
  env = { ACCESS_STATE_DIR: join(folder, "state") };
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What a destroy whose state knows nothing of a record calls left behind. */
async function leftOf(record: {
  readonly made: boolean;
  readonly ownership?: string;
  /** Who was at work when the note was written. @default "delete" */
  readonly at?: "cdktf" | "create" | "delete" | "update";
}): Promise<readonly string[]> {
  const { account, at, client } = cloud();
  const [zone] = account.zones.values();
  const { id } = await client.dns.records.create({
    ...{ zone_id: zone!.id, name: NAME, type: "CNAME", ttl: 1 },
    content: "0d5e2f1c-5e21-4c3b-9a70-da7ac2e57a11.cfargotunnel.com",
  });
  const values = { id, made: record.made };
  const { at: step = "delete" } = record;
  const dir = join(folder, "stacks", "it");
  const file = join(dir, "cdk.tf.json");
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(
    file,
    JSON.stringify({
      terraform: { backend: { local: { path: "../../state/it.tfstate" } } },
      resource: {
        cloudflare_zero_trust_access_group: { g: { ...at, name: "g" } },
        tunnel_dns_record: {
          it: { zone_id: zone!.id, name: NAME, ownership: record.ownership },
        },
      },
    }),
  );
  const stack = { name: "it", dir } as Parameters<typeof leftAfter>[0];
  if (step === "cdktf") {
    const instances = record.made ? [{ attributes: values }] : [];
    const resource = { mode: "managed", type: "tunnel_dns_record", name: "it" };
    mkdirSync(join(folder, "state"));
    const state = join(folder, "state", "it.tfstate");
    const resources = [{ ...resource, instances }];
    writeFileSync(state, JSON.stringify({ version: 4, resources }));
    await noteUsedRecords(stack, [id], { env });
    rmSync(state);
  } else {
    const change: ResourceChange = {
      ...{ address: ADDRESS, type: "tunnel_dns_record", actions: [step] },
      before: step === "create" ? null : values,
      after: step === "delete" ? null : values,
    };
    noteReleased("it", [change], env);
  }
  const left = await leftAfter(stack, new Set(), client, { env });
  return left.map(({ kind }) => kind);
}

test("a record that was only used is not called left behind once the state has forgotten it", async () => {
  expect(await leftOf({ made: false })).toEqual([]);
});

test.each(["create", "update", "cdktf"] as const)(
  "nor is one that a deploy is about to use, before its state knows it: %s",
  async (at) => {
    expect(await leftOf({ made: false, at })).toEqual([]);
  },
);

test("nor is one where the stack makes none", async () => {
  expect(await leftOf({ made: true, ownership: "existing" })).toEqual([]);
});

test.each(["cdktf", "delete"] as const)(
  "one that the stack made is: %s",
  async (at) => {
    expect(await leftOf({ made: true, at })).toEqual(["DNS record"]);
  },
);
