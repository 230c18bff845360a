import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hiddenByCliConfig } from "../../terraform-plugin/cli-config";

const ADDRESS = "tests.invalid/acme/files";
const dir = mkdtempSync(join(tmpdir(), "cli-config-"));
afterAll(() => rmSync(dir, { recursive: true }));

function hidden(config: string): string | undefined {
  const file = join(dir, "terraform.rc");
  writeFileSync(file, config);
  return hiddenByCliConfig(ADDRESS, { TF_CLI_CONFIG_FILE: file });
}

test.each([
  ["an empty file", ""],
  ["other settings", 'plugin_cache_dir = "/tmp/cache"\n'],
  ["a block in a comment", "# provider_installation {\n"],
  [
    "a block that names the host",
    'provider_installation {\n  filesystem_mirror {\n    path = "x"\n    include = ["tests.invalid/*/*"]\n  }\n}\n',
  ],
])("nothing is hidden by %s", (_, config) => {
  expect(hidden(config)).toBeUndefined();
});

test("nothing is hidden where there is no file", () => {
  const env = { TF_CLI_CONFIG_FILE: join(dir, "none") };
  expect(hiddenByCliConfig(ADDRESS, env)).toBeUndefined();
});

test("says what to add to a block that hides it", () => {
  const said = hidden("provider_installation {\n  direct {}\n}\n");
  expect(said).toContain('path    = "terraform.d/plugins"');
  expect(said).toContain('include = ["tests.invalid/*/*"]');
  expect(said).toContain('exclude = ["tests.invalid/*/*"]');
});
