import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Terraform } from "../../deployment/terraform";

let dir: string;
let env: NodeJS.ProcessEnv;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "initialized-"));
  env = { PATH: process.env.PATH, TERRAFORM_BINARY_NAME: join(dir, "fake") };
  write("asked", "");
  write("cdk.tf.json", JSON.stringify(CODE));
  fake("");
});
afterEach(() => rmSync(dir, { recursive: true }));

const CODE = {
  terraform: {
    backend: { local: { path: "a.tfstate" } },
    required_providers: { tunnel: { source: "a/b/tunnel", version: "1.0.0" } },
  },
  provider: { tunnel: [{}] },
  resource: {},
};

const write = (name: string, text: string) =>
  writeFileSync(join(dir, name), text);
/** A Terraform that notes what it is asked, and does `script`. */
function fake(script: string): void {
  write(
    "fake",
    `#!/bin/sh
echo "$1" >> "${dir}/asked"
${script}
if [ "$1" = init ]; then mkdir -p .terraform; echo '{}' > .terraform/terraform.tfstate; echo lock > .terraform.lock.hcl; fi
`,
  );
  chmodSync(join(dir, "fake"), 0o755);
}
const asked = () => readFileSync(join(dir, "asked"), "utf8").split("\n", -1);
const terraform = () => new Terraform(dir, { env });

/** What one run after another asks for. */
async function askedFor(action: () => Promise<unknown>): Promise<string[]> {
  const before = asked().length;
  await action();
  return asked()
    .slice(before - 1)
    .filter(Boolean);
}

test("initializes once", async () => {
  const prepare = () => terraform().prepare();
  expect(await askedFor(prepare)).toEqual(["init"]);
  expect(await askedFor(prepare)).toEqual([]);
  write("cdk.tf.json", JSON.stringify({ ...CODE, resource: { a: 1 } }));
  expect(await askedFor(prepare)).toEqual([]);
});

const changed = (terraform: object) =>
  write("cdk.tf.json", JSON.stringify({ ...CODE, terraform }));
const { backend, required_providers } = CODE.terraform;
test.each<[string, () => void]>([
  ["the backend", () => changed({ required_providers, backend: { gcs: {} } })],
  ["a provider's version", () => changed({ backend, required_providers: {} })],
  ["the lock", () => write(".terraform.lock.hcl", "another")],
  ["what init wrote", () => write(".terraform/terraform.tfstate", "{ }")],
  ["an override", () => write("backend_override.tf.json", "{}")],
  ["what is passed to init", () => (env.TF_CLI_ARGS_init = "-upgrade")],
  ["the program's settings", () => (env.TF_CLI_CONFIG_FILE = "/other")],
  ["who is attached", () => (env.TF_REATTACH_PROVIDERS = '{"a/b/c":{}}')],
  ["a folder of its own", () => (env.TF_DATA_DIR = join(dir, "data"))],
  [
    "that init's folder was deleted",
    () => rmSync(join(dir, ".terraform"), { recursive: true }),
  ],
])("initializes again after a change of %s", async (_, change) => {
  await terraform().prepare();
  change();
  expect(await askedFor(() => terraform().prepare())).toEqual(["init"]);
});

test("initializes again after a failed attempt, and where another has begun", async () => {
  fake('if [ "$1" = init ]; then exit 1; fi');
  await expect(terraform().prepare()).rejects.toThrow("init failed");
  fake("");
  mkdirSync(join(dir, ".terraform"));
  expect(await askedFor(() => terraform().prepare())).toEqual(["init"]);
});

const MISSING = `if [ ! -e .terraform/provider ]; then
  if [ "$1" = init ]; then mkdir -p .terraform; touch .terraform/provider; else
    echo 'Error: Required plugins are not installed. To install them, run: terraform init' >&2; exit 1; fi
fi`;
test("initializes where Terraform asks for it after all, and plans", async () => {
  fake(MISSING);
  await terraform().prepare();
  rmSync(join(dir, ".terraform/provider"));
  const plan = async () => {
    await terraform().prepare();
    expect(await terraform().plan("plan")).toBe(false);
  };
  expect(await askedFor(plan)).toEqual(["plan", "init", "plan"]);
  rmSync(join(dir, ".terraform/provider"));
  expect(await askedFor(() => terraform().show("plan"))).toEqual([
    ...["show", "init", "show"],
  ]);
});

test("never applies twice", async () => {
  fake(MISSING);
  const apply = () =>
    expect(terraform().apply("plan")).rejects.toThrow(/terraform init/);
  expect(await askedFor(apply)).toEqual(["apply"]);
});
