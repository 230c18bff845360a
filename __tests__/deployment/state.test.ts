import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readOutputs, readResources } from "../../deployment/state";
import { checkTerraform, TerraformError } from "../../deployment/terraform";

const SECRET = "the-secret-of-a-token";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "state-"));
  terraform(
    `echo '{"version":4,"outputs":{"from":{"value":"terraform","type":"string"}}}'`,
  );
  backend({ local: { path: "service.tfstate" } });
});
afterEach(() => rmSync(dir, { recursive: true }));

/** Stands in for Terraform and notes what it was asked. */
function terraform(script: string): void {
  const file = join(dir, "terraform");
  writeFileSync(file, `#!/bin/sh\necho "$1" >> "${dir}/asked"\n${script}\n`);
  chmodSync(file, 0o700);
}

const asked = () =>
  existsSync(join(dir, "asked"))
    ? readFileSync(join(dir, "asked"), "utf8").trim().split("\n")
    : [];

function backend(backend: object): void {
  const configuration = JSON.stringify({ terraform: { backend } });
  writeFileSync(join(dir, "cdk.tf.json"), configuration);
}

function state(text: string | object): void {
  const file = join(dir, "service.tfstate");
  writeFileSync(file, typeof text === "string" ? text : JSON.stringify(text));
}

const STATE = {
  version: 4,
  outputs: { secret: { value: SECRET, type: "string", sensitive: true } },
  resources: [
    {
      mode: "managed",
      type: "tunnel_route",
      name: "route",
      instances: [
        { attributes: { id: "new" } },
        { attributes: { id: "old" }, deposed: "0badcafe" },
      ],
    },
    {
      mode: "data",
      type: "cloudflare_zones",
      name: "zone",
      instances: [{ attributes: {} }],
    },
  ],
};

const options = (env: NodeJS.ProcessEnv = {}) => ({
  env: {
    PATH: process.env.PATH,
    TERRAFORM_BINARY_NAME: join(dir, "terraform"),
    ...env,
  },
});
const outputs = (env?: NodeJS.ProcessEnv) => readOutputs({ dir }, options(env));

test("reads a local state without Terraform", async () => {
  state(STATE);
  expect(await outputs()).toEqual({ secret: SECRET });
  expect(await readResources({ dir }, options())).toEqual([
    {
      address: "tunnel_route.route",
      mode: "managed",
      type: "tunnel_route",
      values: { id: "new" },
    },
    {
      address: "tunnel_route.route",
      mode: "managed",
      type: "tunnel_route",
      deposed_key: "0badcafe",
      values: { id: "old" },
    },
  ]);
  expect(asked()).toEqual([]);
});

test("has nothing of a stack that was never deployed, or was destroyed", async () => {
  expect(await outputs()).toEqual({});
  state({ version: 4, outputs: {}, resources: [] });
  expect(await outputs()).toEqual({});
  expect(await readResources({ dir }, options())).toEqual([]);
  expect(asked()).toEqual([]);
});

test.each<[string, () => void, NodeJS.ProcessEnv]>([
  [
    "of another backend",
    () => backend({ gcs: { bucket: "states" } }),
    { TF_WORKSPACE: "default" },
  ],
  ["of a workspace", () => state(STATE), { TF_WORKSPACE: "staging" }],
  ["of another format", () => state({ ...STATE, version: 5 }), {}],
  ["that is encrypted", () => state({ encrypted_data: "AAAA" }), {}],
  [
    "that is just being written",
    () => state(JSON.stringify(STATE).slice(0, 90)),
    {},
  ],
])("asks Terraform for a state %s", async (_, arrange, env) => {
  arrange();
  expect(await outputs(env)).toEqual({ from: "terraform" });
  expect(asked()).toEqual(["state"]);
});

/** OpenTofu warns of a configuration file on the output that JSON comes by. */
const WARNED = `echo; echo 'Warning: Unable to open CLI configuration file'; echo`;

test("a state that is still in a bucket is not taken for an empty one", async () => {
  mkdirSync(join(dir, ".terraform"));
  const initialized = join(dir, ".terraform", "terraform.tfstate");
  const used = (type: string) =>
    writeFileSync(initialized, JSON.stringify({ backend: { type } }));
  used("s3");
  terraform("echo 'Error: Backend configuration changed' >&2; exit 1");
  await expect(readResources({ dir }, options())).rejects.toThrow(
    /Backend configuration changed/,
  );
  used("local");
  expect(await readResources({ dir }, options())).toEqual([]);
});

test("reads what comes after a warning", async () => {
  backend({ gcs: { bucket: "states" } });
  terraform(
    `${WARNED}; echo '{"version":4,"outputs":{"from":{"value":"tofu","type":"string"}}}'`,
  );
  expect(await outputs()).toEqual({ from: "tofu" });
  terraform(`${WARNED}; echo '{"terraform_version":"1.12.6"}'`);
  expect(await checkTerraform(options().env)).toMatchObject({
    version: "1.12.6",
  });
});

test("takes a warning alone for no state", async () => {
  backend({ gcs: { bucket: "states" } });
  terraform(WARNED);
  expect(await outputs()).toEqual({});
});

test("asks for what a state of a format that is not known says", async () => {
  backend({ s3: {} });
  terraform(
    `case "$1" in
state) echo '{"version":5}' ;;
*) echo '{"from":{"value":"terraform","type":"string"}}' ;;
esac`,
  );
  expect(await outputs()).toEqual({ from: "terraform" });
});

test("initialises Terraform where it does not know the backend yet", async () => {
  backend({ s3: {} });
  terraform(
    `case "$1" in
init) touch "${dir}/ready" ;;
*) test -e "${dir}/ready" || exit 1 ;;
esac`,
  );
  expect(await outputs()).toEqual({});
  expect(asked()).toEqual(["state", "init", "state"]);
});

test("fails with what Terraform says, and never with what the state says", async () => {
  state(`${JSON.stringify(STATE)} trailing`);
  terraform("echo 'Error: Unsupported state file format' >&2; exit 1");
  const failure = await outputs().catch((error: Error) => error);
  expect(failure).toBeInstanceOf(TerraformError);
  expect((failure as TerraformError).message).toContain("Unsupported state");
  expect((failure as TerraformError).message).not.toContain(SECRET);
});
