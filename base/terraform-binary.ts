import { spawnSync } from "node:child_process";
import {
  accessSync,
  closeSync,
  constants,
  openSync,
  readSync,
  realpathSync,
} from "node:fs";
import { basename, delimiter, join, resolve } from "node:path";

/** The program that plans and applies, as `TERRAFORM_BINARY_NAME` names it. */
export interface TerraformBinary {
  /** Its name or path. */
  readonly command: string;
  readonly product: "Terraform" | "OpenTofu";
  /** Host that it assumes in a provider's source address without one. */
  readonly registry: string;
}

/** Terraform's registry, which cdktf assumes whatever the program. */
export const TERRAFORM_REGISTRY = "registry.terraform.io";
const OPENTOFU_REGISTRY = "registry.opentofu.org";

/**
 * Which program the commands and cdktf start.
 *
 * A binary under its own name is what it is called; a script may start either,
 * and so may another name: those are asked once.
 */
export function terraformBinary(
  env: NodeJS.ProcessEnv = process.env,
): TerraformBinary {
  const command = env.TERRAFORM_BINARY_NAME || "terraform";
  const path = find(command, env.PATH ?? "");
  const product =
    path !== undefined
      ? productOf(path, env)
      : basename(command).includes("tofu") && "OpenTofu";
  return product === "OpenTofu"
    ? { command, product, registry: OPENTOFU_REGISTRY }
    : { command, product: "Terraform", registry: TERRAFORM_REGISTRY };
}

function find(command: string, path: string): string | undefined {
  const places = command.includes("/")
    ? [resolve(command)]
    : path.split(delimiter).map((folder) => join(folder || ".", command));
  return places.find((place) => {
    try {
      accessSync(place, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

type Product = TerraformBinary["product"];

const asked = new Map<string, Product>();

function productOf(path: string, env: NodeJS.ProcessEnv): Product {
  const real = realpathSync(path);
  if (!isScript(real)) {
    if (basename(real) === "tofu") return "OpenTofu";
    if (basename(real) === "terraform") return "Terraform";
  }
  let product = asked.get(path);
  if (product === undefined) {
    const { stdout } = spawnSync(path, ["version"], {
      encoding: "utf8",
      env: { ...env, CHECKPOINT_DISABLE: "1" },
      timeout: 10_000,
    });
    product = /^OpenTofu v/m.test(stdout ?? "") ? "OpenTofu" : "Terraform";
    asked.set(path, product);
  }
  return product;
}

function isScript(path: string): boolean {
  const head = Buffer.alloc(2);
  const file = openSync(path, "r");
  try {
    readSync(file, head, 0, 2, 0);
  } finally {
    closeSync(file);
  }
  return head.toString() === "#!";
}

/** What is said of Terraform, in the words of the program that is used. */
export function inTheWordsOf(
  { command, product }: TerraformBinary,
  text: string,
): string {
  return text
    .replace(/\bTerraform\b/g, product)
    .replace(/\bterraform (?=-chdir|show|state )/g, `${command} `)
    .replace(/\bpgrep -af terraform\b/g, `pgrep -af ${command}`);
}
