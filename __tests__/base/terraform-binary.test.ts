import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inTheWordsOf, terraformBinary } from "../../base/terraform-binary";

const dir = mkdtempSync(join(tmpdir(), "binary-"));
afterAll(() => rmSync(dir, { recursive: true }));

const TOFU = "registry.opentofu.org";
const TERRAFORM = "registry.terraform.io";

let folders = 0;
/** A folder for PATH with one program in it. */
function holding(name: string, text: string): string {
  const folder = join(dir, String(++folders));
  mkdirSync(folder);
  writeFileSync(join(folder, name), text, { mode: 0o755 });
  return folder;
}

const script = (says: string) => `#!/bin/sh\necho "${says}"\n`;
const says = (env: NodeJS.ProcessEnv) => {
  const { product, registry } = terraformBinary(env);
  return [product, registry];
};

test.each([
  ["terraform", ["Terraform", TERRAFORM]],
  ["tofu", ["OpenTofu", TOFU]],
])("takes the binary %s for what it is called", (name, expected) => {
  const PATH = holding(name, "\x7fELF, and can't run");
  expect(says({ PATH, TERRAFORM_BINARY_NAME: name })).toEqual(expected);
});

test("takes Terraform where nothing is named", () => {
  expect(terraformBinary({ PATH: "" })).toEqual({
    command: "terraform",
    product: "Terraform",
    registry: TERRAFORM,
  });
});

test("follows a link from one name to the other program", () => {
  const PATH = holding("tofu", "\x7fELF");
  symlinkSync(join(PATH, "tofu"), join(PATH, "terraform"));
  expect(says({ PATH })).toEqual(["OpenTofu", TOFU]);
});

test.each([
  ["terraform", "OpenTofu v1.12.6", ["OpenTofu", TOFU]],
  ["terraform", "Terraform v1.11.4", ["Terraform", TERRAFORM]],
  ["tofu", "Terraform v1.11.4", ["Terraform", TERRAFORM]],
  ["tf", "OpenTofu v1.12.6", ["OpenTofu", TOFU]],
])("asks the script %s, which says %s", (name, version, expected) => {
  const folder = holding(name, script(version));
  const env = { PATH: `${folder}:/usr/bin:/bin`, TERRAFORM_BINARY_NAME: name };
  expect(says(env)).toEqual(expected);
  const path = join(folder, name);
  expect(says({ ...env, PATH: "/bin", TERRAFORM_BINARY_NAME: path })).toEqual(
    expected,
  );
});

test("asks a binary under another name", () => {
  const folder = join(dir, "renamed");
  mkdirSync(folder);
  copyFileSync("/bin/true", join(folder, "tf-1.11"));
  expect(says({ PATH: folder, TERRAFORM_BINARY_NAME: "tf-1.11" })).toEqual([
    "Terraform",
    TERRAFORM,
  ]);
});

test("speaks of OpenTofu as of Terraform, but for names that it has from it", () => {
  const tofu = {
    command: "/opt/tofu",
    product: "OpenTofu" as const,
    registry: TOFU,
  };
  expect(
    inTheWordsOf(
      tofu,
      "Terraform keeps it. Run: terraform -chdir=x force-unlock 1 (terraform state list, terraform show), pgrep -af terraform. See terraform.d/plugins and TERRAFORM_BINARY_NAME.",
    ),
  ).toBe(
    "OpenTofu keeps it. Run: /opt/tofu -chdir=x force-unlock 1 (/opt/tofu state list, /opt/tofu show), pgrep -af /opt/tofu. See terraform.d/plugins and TERRAFORM_BINARY_NAME.",
  );
});
