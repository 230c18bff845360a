import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseLockFile } from "../../terraform-plugin/lock-file";
import { runScript, TIMEOUT } from "../deployment/world";

jest.setTimeout(TIMEOUT);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "lock-command-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const lock = () =>
  runScript(
    "lock",
    [
      ...["--mirror", join(folder, "mirror")],
      ...["--out", join(folder, "lock.hcl")],
      ...["--platform", "linux_amd64", "darwin_arm64"],
    ],
    {
      PATH: process.env.PATH,
      HOME: folder,
      TMPDIR: folder,
      ACCESS_ENV_FILE: "",
      ACCESS_STATE_DIR: join(folder, "state"),
      CDKTF_OUTPUT: join(folder, "out"),
      CLOUDFLARE_ACCOUNT_ID: "0".repeat(32),
      CLOUDFLARE_ZONE: "example.com",
      CLOUDFLARE_TUNNEL: "home",
      ACCESS_LOGIN_METHOD: "One-time PIN",
      ACCESS_ALLOWED_EMAILS: "ann@example.com",
    },
  );

/** Puts a package there; Terraform looks at its content, and does not run it. */
function addPackage(platform: string): void {
  const path = "mirror/registry.terraform.io/cloudflare/cloudflare/5.14.0";
  const dir = join(folder, path, platform);
  mkdirSync(dir, { recursive: true });
  writeFileSync(
    join(dir, "terraform-provider-cloudflare_v5.14.0"),
    `for ${platform}`,
    { mode: 0o755 },
  );
}

test("writes the hashes of what the stacks need from a registry, and of nothing else", async () => {
  addPackage("linux_amd64");
  addPackage("darwin_arm64");
  const { code, stdout } = await lock();
  expect(stdout).toMatch(/^cloudflare\/cloudflare 5\.14\.0: .*lock\.hcl\n$/);
  expect(code).toBe(0);
  const text = readFileSync(join(folder, "lock.hcl"), "utf8");
  expect(text).toMatch(/^# Hashes of the packages/);
  const [one, ...others] = parseLockFile(text);
  expect(others).toEqual([]);
  expect(one).toMatchObject({
    address: "registry.terraform.io/cloudflare/cloudflare",
    version: "5.14.0",
  });
  // One for each machine.
  expect(one?.hashes).toHaveLength(2);
});

test("says what can't be had, and writes nothing", async () => {
  addPackage("linux_amd64");
  const { code, stderr } = await lock();
  expect(stderr).toMatch(/darwin_arm64/);
  expect(code).toBe(1);
  expect(() => readFileSync(join(folder, "lock.hcl"))).toThrow();
});
