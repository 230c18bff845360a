import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { closeFolders } from "../../gate/folders";
import { TUNNEL_PROVIDER } from "../../providers/tunnel-route/package";
import { platform, providerVersion } from "../../terraform-plugin/mirror";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "folders-"));
  write(
    "cdk.tf.json",
    JSON.stringify({
      terraform: {
        required_providers: {
          tunnel: {
            source: TUNNEL_PROVIDER.address,
            version: providerVersion(TUNNEL_PROVIDER),
          },
          google: { source: "hashicorp/google", version: "6.50.0" },
        },
      },
    }),
  );
});
afterEach(() => rmSync(dir, { recursive: true }));

const write = (name: string, text: string) => {
  mkdirSync(join(dir, name, ".."), { recursive: true });
  writeFileSync(join(dir, name), text);
};

const close = () =>
  closeFolders(
    [{ name: "comfyui", dir, dependencies: [], warnings: [] }],
    process.env,
  );

test.each([
  "more.tf",
  "more.tf.json",
  "cdk_override.tf.json",
  "override.tf",
  "more.tofu",
  "terraform.tfvars",
  "x.auto.tfvars.json",
  "terraform.d/plugins/registry.terraform.io/cloudflare/cloudflare/x",
])("%s does not belong there", (name) => {
  write(name, "{}");
  expect(close).toThrow(/comfyui: .* is not what was synthesized/);
});

test("what is no configuration may lie there", () => {
  write("metadata.json", "{}");
  write("1.plan", "");
  expect(close).not.toThrow();
});

test("what the code put in place of our provider's code goes, of the same size and time too", () => {
  close();
  const version = providerVersion(TUNNEL_PROVIDER);
  const file = join(
    ...[dir, "terraform.d/plugins/access-stacks.local/access-stacks/tunnel"],
    ...[version, platform(), "provider.js"],
  );
  const before = readFileSync(file);
  const { atime, mtime } = statSync(file);
  writeFileSync(file, Buffer.alloc(before.length, " "));
  utimesSync(file, atime, mtime);
  close();
  expect(readFileSync(file).equals(before)).toBe(true);
});

test("our provider is ours again, and hashes are those that are known", () => {
  const version = providerVersion(TUNNEL_PROVIDER);
  const path = [
    "terraform.d/plugins/access-stacks.local/access-stacks/tunnel",
    `${version}/${platform()}/terraform-provider-tunnel_v${version}`,
  ].join("/");
  write(path, "#!/bin/sh\nexit 0");
  write(
    ".terraform.lock.hcl",
    'provider "registry.terraform.io/hashicorp/google" {\n  version = "6.50.0"\n  hashes = [\n    "h1:forged",\n  ]\n}\n',
  );
  close();
  expect(existsSync(join(dir, path))).toBe(true);
  expect(readFileSync(join(dir, path), "utf8")).toContain('exec "$node"');
  expect(readFileSync(join(dir, ".terraform.lock.hcl"), "utf8")).not.toContain(
    "forged",
  );
});
