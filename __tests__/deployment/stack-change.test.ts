import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { StackChange } from "../../deployment/deploy";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "stack-change-"));
  writeFileSync(join(dir, "cdk.tf.json"), "{}");
});
afterEach(() => rmSync(dir, { recursive: true }));

/** A program in Terraform's place. @param code what its plan ends with */
function terraform(code: number): string {
  const program = join(dir, "terraform");
  writeFileSync(
    program,
    `#!/bin/sh
case "$1" in
  plan) while [ "$1" != -out ]; do shift; done; echo secret > "$2"; exit ${code} ;;
  show) echo '{}' ;;
esac
`,
  );
  chmodSync(program, 0o755);
  return program;
}

function changeWith(code: number): StackChange {
  const stack = { name: "web", dir, dependencies: [], warnings: [] };
  const env = {
    ...process.env,
    ACCESS_STATE_DIR: dir,
    CLOUDFLARE_API_TOKEN: "t",
    TERRAFORM_BINARY_NAME: terraform(code),
  };
  return new StackChange(stack, "deploy", { env, waits: [] });
}

const plans = () => readdirSync(dir).filter((name) => name.endsWith(".plan"));

test("a plan that changes nothing is not kept", async () => {
  expect(await changeWith(0).plan()).toBeUndefined();
  expect(plans()).toEqual([]);
});

test("nor is one that failed", async () => {
  await expect(changeWith(1).plan()).rejects.toThrow("plan failed");
  expect(plans()).toEqual([]);
});

test("one that changes something is, until it is discarded", async () => {
  const change = changeWith(2);
  expect(await change.plan()).toMatchObject({ changes: [] });
  expect(plans()).toHaveLength(1);
  change.discard();
  expect(plans()).toEqual([]);
});
