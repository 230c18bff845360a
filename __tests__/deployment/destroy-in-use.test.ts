import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
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

/** What a destroy that fails so says is left, beside an application of the stack's name. */
async function leftBy(failure: string): Promise<readonly string[]> {
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
    await client.zeroTrust.access.applications.create(application);
    writeFileSync(
      join(dir, "cdk.tf.json"),
      JSON.stringify({
        terraform: { backend: { local: { path: "none.tfstate" } } },
        resource: {
          cloudflare_zero_trust_access_application: { web: application },
        },
      }),
    );
    const found: Reconciled[] = [];
    const destroyed = destroyStack(
      { name: "web", dir, dependencies: [], warnings: [] },
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

test("one that fails otherwise does not look", async () => {
  expect(await leftBy("DELETE: 400 Bad Request")).toEqual([]);
});
