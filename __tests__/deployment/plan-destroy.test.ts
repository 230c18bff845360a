import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { planDestroy } from "../../deployment/deploy";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "plan-destroy-"))));
afterEach(() => rmSync(folder, { recursive: true }));

/** A program in Terraform's place that notes where it imports what. */
function terraform(): string {
  const program = join(folder, "terraform");
  writeFileSync(
    program,
    `#!/bin/sh
case "$1" in
  plan) while [ "$1" != -out ]; do shift; done; echo plan > "$2"; exit 2 ;;
  show) echo '{}' ;;
  import) echo "$PWD $5" >> '${join(folder, "imports")}' ;;
esac
`,
  );
  chmodSync(program, 0o755);
  return program;
}

test("what a killed create has written is imported to a copy of the state until somebody has agreed", async () => {
  const dir = join(folder, "web");
  const state = join(folder, "state");
  mkdirSync(dir);
  mkdirSync(join(state, "journal"), { recursive: true });
  const code = {
    terraform: { backend: { local: { path: "web.tfstate" } } },
    resource: {
      tunnel_existing_application: {
        app: { account_id: "a1", app_id: "app1" },
      },
    },
  };
  const note = { id: "a1 application app1", claim: "{}" };
  writeFileSync(join(dir, "cdk.tf.json"), JSON.stringify(code));
  writeFileSync(join(state, "journal", "1.json"), JSON.stringify(note));
  const env = {
    ...process.env,
    ACCESS_STATE_DIR: state,
    CLOUDFLARE_API_TOKEN: "t",
    TERRAFORM_BINARY_NAME: terraform(),
  };
  const stack = { name: "web", dir, dependencies: [], warnings: [] };
  const planned = await planDestroy(stack, { env, waits: [] });
  // It can't be applied: the stack's own state does not know what was imported.
  expect(planned).toMatchObject({ plan: { stack } });
  expect(planned).not.toHaveProperty("change");
  const imports = readFileSync(join(folder, "imports"), "utf8");
  expect(imports).toMatch(/^\S+\/state\/moving-\S+\/web cut:a1\/app1\n$/);
  expect(readdirSync(state)).toEqual(["journal"]);
});
