import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Stack } from "../../deployment/stacks";
import { usedAcross, usersFirst } from "../../deployment/used-across";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "used-"))));
afterEach(() => rmSync(folder, { recursive: true }));

/** A stack with a service token of its own, whose policy admits some. */
function stackOf(name: string, ...admitted: readonly string[]): Stack {
  const dir = join(folder, name);
  mkdirSync(dir);
  const path = join(dir, "it.tfstate");
  const resource = (type: string, values: object) => ({
    ...{ mode: "managed", type, name: "it" },
    instances: [{ attributes: values }],
  });
  const include = admitted.map((id) => ({ service_token: { token_id: id } }));
  const resources = [
    resource("cloudflare_zero_trust_access_service_token", {
      ...{ id: `id-of-${name}`, name: `${name}-api` },
    }),
    resource("cloudflare_zero_trust_access_policy", {
      ...{ id: `policy-of-${name}`, name: `machines of ${name}`, include },
    }),
  ];
  writeFileSync(path, JSON.stringify({ version: 4, resources }));
  const code = { terraform: { backend: { local: { path } } } };
  writeFileSync(join(dir, "cdk.tf.json"), JSON.stringify(code));
  return { name, dir, dependencies: [], warnings: [] };
}

test("a token is used by the policies of other stacks, which go first", async () => {
  const owner = stackOf("n8n", "id-of-n8n");
  const user = stackOf("comfyui", "id-of-comfyui", "id-of-n8n");
  const options = { env: {} };
  const used = await usedAcross([owner], [owner, user], options);
  expect(used).toEqual([
    { owner, token: "n8n-api", user, policy: "machines of comfyui" },
  ]);
  expect(usersFirst([owner, user], used)).toEqual([user, owner]);
  expect(usersFirst([owner], used)).toEqual([owner]);
  expect(await usedAcross([user], [owner, user], options)).toEqual([]);
});
