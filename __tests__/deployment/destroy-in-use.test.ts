import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cloudflareClient } from "../../account/client";
import type { Reconciled } from "../../deployment/adopt";
import { destroyStack } from "../../deployment/deploy";
import { loadAccount } from "../../local/account-file";
import { startApi } from "../../local/api/server";
import { cast } from "../../rehearsal/cast";

const DOMAIN = "web.datacrew.space";

let dir: string;
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), "in-use-"))));
afterEach(() => rmSync(dir, { recursive: true }));

/** A program in Terraform's place, whose apply fails so. */
function terraform(failure: string): string {
  const program = join(dir, "terraform");
  writeFileSync(
    program,
    `#!/bin/sh
case "$1" in
  plan) while [ "$1" != -out ]; do shift; done; echo plan > "$2"; exit 2 ;;
  show) echo '{}' ;;
  apply) echo 'Error: ${failure}' >&2; exit 1 ;;
esac
`,
  );
  chmodSync(program, 0o755);
  return program;
}

/** Synthesizes another stack, whose state has an application. */
function stackWith(id: string): void {
  const folder = join(dir, "stacks", "other");
  mkdirSync(folder);
  const path = join(folder, "other.tfstate");
  const type = "cloudflare_zero_trust_access_application";
  const provider = 'provider["registry.terraform.io/cloudflare/cloudflare"]';
  writeFileSync(
    path,
    JSON.stringify({
      ...{ version: 4, terraform_version: "1.11.0", serial: 1, lineage: "l" },
      outputs: {},
      resources: [
        {
          ...{ mode: "managed", type, name: "web", provider },
          instances: [{ schema_version: 0, attributes: { id } }],
        },
      ],
    }),
  );
  writeFileSync(
    join(folder, "cdk.tf.json"),
    JSON.stringify({ terraform: { backend: { local: { path } } } }),
  );
  const stacks = { other: { workingDirectory: "stacks/other" } };
  writeFileSync(join(dir, "manifest.json"), JSON.stringify({ stacks }));
}

/**
 * What a destroy that fails so says is left, beside an application of the stack's
 * name.
 *
 * @param isOthers whether the state of another stack has it
 */
async function leftBy(
  failure: string,
  isOthers = false,
): Promise<readonly string[]> {
  const account = loadAccount("empty");
  const server = await startApi(account);
  try {
    const env = {
      ...process.env,
      ACCESS_STATE_DIR: dir,
      CLOUDFLARE_API_TOKEN: cast(account).apiToken,
      CLOUDFLARE_BASE_URL: server.baseUrl,
      TERRAFORM_BINARY_NAME: terraform(failure),
    };
    const application = {
      ...{ account_id: account.id, type: "self_hosted" as const },
      ...{ name: "Web", domain: DOMAIN },
    };
    const client = cloudflareClient(env);
    const { id } =
      await client.zeroTrust.access.applications.create(application);
    const folder = join(dir, "stacks", "web");
    mkdirSync(folder, { recursive: true });
    if (isOthers) stackWith(String(id));
    writeFileSync(
      join(folder, "cdk.tf.json"),
      JSON.stringify({
        terraform: { backend: { local: { path: "none.tfstate" } } },
        resource: {
          cloudflare_zero_trust_access_application: { web: application },
        },
      }),
    );
    const found: Reconciled[] = [];
    const destroyed = destroyStack(
      { name: "web", dir: folder, dependencies: [], warnings: [] },
      {
        ...{ env, waits: [], approve: async () => true },
        onLeftovers: (_, one) => found.push(one),
      },
    );
    await expect(destroyed).rejects.toThrow("apply failed");
    return found.flatMap(({ left }) => left.map(({ kind }) => kind));
  } finally {
    await server.close();
  }
}

test("a destroy that something in use stops names what no state knows", async () => {
  expect(await leftBy("DELETE: 409 Conflict")).toEqual(["application"]);
});

test("what another stack's state has is that one's", async () => {
  expect(await leftBy("DELETE: 409 Conflict", true)).toEqual([]);
});

test("one that fails otherwise does not look", async () => {
  expect(await leftBy("DELETE: 400 Bad Request")).toEqual([]);
});
