import {
  chmodSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readNote } from "../../deployment/apply-note";
import { importToReplace, markReplaced } from "../../deployment/mark-replaced";

const TOKEN = "cloudflare_zero_trust_access_service_token.token";
const replaced = { address: TOKEN, id: "t1" };

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "mark-replaced-"));
  const terraform = { backend: { local: { path: "terraform.tfstate" } } };
  writeFileSync(join(dir, "cdk.tf.json"), JSON.stringify({ terraform }));
});
afterEach(() => rmSync(dir, { recursive: true }));

const stack = () => ({ name: "web", dir, dependencies: [], warnings: [] });
const env = () => ({
  ...process.env,
  ACCESS_STATE_DIR: dir,
  TERRAFORM_BINARY_NAME: join(dir, "terraform"),
});

/** A program in Terraform's place. @param fails the command that it fails */
function terraform(fails = ""): void {
  const program = join(dir, "terraform");
  writeFileSync(
    program,
    `#!/bin/sh\necho "$1" "$4" >> '${join(dir, "calls")}'\n[ "$1" != "${fails}" ]\n`,
  );
  chmodSync(program, 0o755);
}

const calls = () => readFileSync(join(dir, "calls"), "utf8").trim().split("\n");

function hasToken(id: string): void {
  const [type, name] = TOKEN.split(".");
  const instances = [{ attributes: { id } }];
  const resources = [{ mode: "managed", type, name, instances }];
  writeFileSync(
    join(dir, "terraform.tfstate"),
    JSON.stringify({ version: 4, resources }),
  );
}

test("an import that was cut off before it was marked is marked by the next run", async () => {
  terraform("taint");
  const cut = importToReplace(stack(), replaced, "a1/t1", { env: env() });
  await expect(cut).rejects.toThrow();
  hasToken("t1");
  terraform();
  await markReplaced(stack(), readNote("web", env()), { env: env() });
  expect(calls().map((call) => call.split(" ")[0])).toEqual([
    "import",
    "taint",
    "taint",
  ]);
});

test("one that did not happen, or was replaced since, is not", async () => {
  terraform("import");
  const cut = importToReplace(stack(), replaced, "a1/t1", { env: env() });
  await expect(cut).rejects.toThrow();
  terraform();
  const note = readNote("web", env());
  await markReplaced(stack(), note, { env: env() });
  hasToken("t2");
  await markReplaced(stack(), note, { env: env() });
  expect(calls()).toHaveLength(1);
});

test("what is left unmarked is still noted as left by a run", async () => {
  terraform("import");
  const cut = importToReplace(stack(), replaced, "a1/t1", { env: env() });
  await expect(cut).rejects.toThrow();
  expect(readNote("web", env())?.orphans).toEqual(["t1"]);
});
