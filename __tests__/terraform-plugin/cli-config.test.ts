import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  cliConfigFiles,
  hiddenByCliConfig,
} from "../../terraform-plugin/cli-config";

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

describe("the files that are read", () => {
  const home = mkdtempSync(join(dir, "home-"));
  const xdg = join(home, "xdg");
  const write = (...path: string[]) => {
    const file = join(home, ...path);
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, "");
    return file;
  };
  const read = (more: NodeJS.ProcessEnv = {}) =>
    cliConfigFiles({ HOME: home, PATH: "", ...more });
  const tofu = { TERRAFORM_BINARY_NAME: "tofu", XDG_CONFIG_HOME: xdg };

  test("are none where there are none", () => {
    expect(read()).toEqual([]);
    expect(read(tofu)).toEqual([]);
  });

  test("are OpenTofu's own in the XDG folder, while there is no other", () => {
    const own = write("xdg/opentofu/tofurc");
    const more = write("xdg/opentofu/more.tfrc");
    expect(read(tofu)).toEqual([own, more]);
    expect(read({ XDG_CONFIG_HOME: xdg })).toEqual([]);
  });

  test("are Terraform's and the further ones of its folder, of both programs", () => {
    const files = [write(".terraformrc"), write(".terraform.d/a.tfrc.json")];
    expect(read()).toEqual(files);
    expect(read(tofu)).toEqual(files);
  });

  test("are .tofurc before .terraformrc with OpenTofu only", () => {
    const own = write(".tofurc");
    expect(read(tofu)[0]).toBe(own);
    expect(read()[0]).toBe(join(home, ".terraformrc"));
  });

  test.each(["TF_CLI_CONFIG_FILE", "TERRAFORM_CONFIG"])(
    "is the one that %s names, and no other",
    (name) => {
      const file = write("named.rc");
      expect(read({ [name]: file })).toEqual([file]);
      expect(read({ ...tofu, [name]: join(home, "none") })).toEqual([]);
    },
  );
});
