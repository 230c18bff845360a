import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { leftAfter } from "../../deployment/adopt";
import { noteReleased } from "../../deployment/released";
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

/** What a destroy whose state has forgotten all calls left behind. */
async function leftOf(record: {
  readonly made: boolean;
  readonly ownership?: string;
}): Promise<readonly string[]> {
  const { account, at, client } = cloud();
  const [zone] = account.zones.values();
  const { id } = await client.dns.records.create({
    ...{ zone_id: zone!.id, name: NAME, type: "CNAME", ttl: 1 },
    content: "0d5e2f1c-5e21-4c3b-9a70-da7ac2e57a11.cfargotunnel.com",
  });
  const change: ResourceChange = {
    address: ADDRESS,
    type: "tunnel_dns_record",
    actions: ["delete"],
    before: { id, made: record.made },
    after: null,
  };
  noteReleased("it", [change], env);
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
  const left = await leftAfter(stack, new Set(), client, { env });
  return left.map(({ kind }) => kind);
}

test("a record that was only used is not called left behind once the state has forgotten it", async () => {
  expect(await leftOf({ made: false })).toEqual([]);
});

test("nor is one where the stack makes none", async () => {
  expect(await leftOf({ made: true, ownership: "existing" })).toEqual([]);
});

test("one that the stack made is", async () => {
  expect(await leftOf({ made: true })).toEqual(["DNS record"]);
});
