import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseAddress } from "../../terraform-plugin/address";
import { bundle, type Bundle } from "../../terraform-plugin/bundle";
import { inProject } from "../../terraform-plugin/cache-folder";
import { codeCacheOf } from "../../terraform-plugin/code-cache";
import { contentOf, Digests } from "../../terraform-plugin/content";
import { parseLockFile } from "../../terraform-plugin/lock-file";
import {
  installProvider,
  platform,
  providerVersion,
} from "../../terraform-plugin/mirror";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "plugin-test-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

const ADDRESS = "example.test/acme/small";

function writeEntry(greeting: string): string {
  writeFileSync(
    join(directory, "greeting.ts"),
    `export const greeting: string = "${greeting}";`,
  );
  const entry = join(directory, "main.ts");
  writeFileSync(
    entry,
    'import { greeting } from "./greeting";\nconsole.log(greeting);',
  );
  return entry;
}

function digestsOf({ code, map }: Bundle) {
  return [code.digest, map.digest];
}

describe("bundle", () => {
  test("is made once, and anew when an input changes or the cache is damaged", () => {
    const cache = join(directory, "cache");
    const entry = writeEntry("hello");
    const first = bundle(entry, cache);
    expect(first.code.read().toString()).toContain("hello");
    expect(first.map.read().toString()).toContain('"greeting.ts"');
    const made = () =>
      readdirSync(cache).map((name) => statSync(join(cache, name)).mtimeMs);
    const before = made();

    expect(digestsOf(bundle(entry, cache))).toEqual(digestsOf(first));
    expect(made()).toEqual(before);

    writeEntry("goodbye");
    const second = bundle(entry, cache);
    expect(second.code.read().toString()).toContain("goodbye");

    for (const name of readdirSync(cache))
      writeFileSync(join(cache, name), "{}");
    expect(digestsOf(bundle(entry, cache))).toEqual(digestsOf(second));
  });

  test("is made anew each time where nothing can be kept", () => {
    const entry = writeEntry("hello");
    const noFolder = join(entry, "cache");
    expect(bundle(entry, noFolder).code.read().toString()).toContain("hello");
    expect(
      codeCacheOf(contentOf("1;"), noFolder, new Digests(noFolder)),
    ).toBeUndefined();
  });

  test("fails with the compiler's message", () => {
    const entry = join(directory, "main.ts");
    writeFileSync(entry, 'import "./missing";');

    expect(() => bundle(entry, join(directory, "cache"))).toThrow(
      'Could not resolve "./missing"',
    );
  });
});

test("an installed package keeps what it makes in the project around the working directory", () => {
  writeFileSync(join(directory, "package.json"), "{}");
  expect(inProject(join(directory, "cdktf.out/stacks"))).toBe(
    join(directory, "node_modules/.cache/access-stacks"),
  );
  expect(inProject("/")).toBeUndefined();
});

describe("installProvider", () => {
  const stack = (name: string, required?: object) => {
    const path = join(directory, name);
    mkdirSync(path);
    if (required)
      writeFileSync(
        join(path, "cdk.tf.json"),
        JSON.stringify({ terraform: { required_providers: required } }),
      );
    return path;
  };

  test("names folders that do not exist, and makes none", () => {
    const there = stack("there");
    const missing = ["one", "two"].map((name) => join(directory, name));
    expect(() =>
      installProvider({
        address: ADDRESS,
        entry: writeEntry("hello"),
        stackDirectories: [there, ...missing],
      }),
    ).toThrow(`do not exist: ${missing.join(", ")}`);
    expect(readdirSync(directory).sort()).toEqual([
      "greeting.ts",
      "main.ts",
      "there",
    ]);
    expect(readdirSync(there)).toEqual([]);
  });

  test.each(["foo", "acme/foo"])(
    "refuses %s, an address without a host",
    (address) => {
      expect(() =>
        installProvider({
          address,
          entry: writeEntry("hello"),
          stackDirectories: [directory],
        }),
      ).toThrow('such as "example.com/acme/foo"');
    },
  );

  test("names the entry that does not exist", () => {
    const entry = join(directory, "nowhere.ts");
    expect(() => providerVersion({ address: ADDRESS, entry })).toThrow(
      `entry ${entry} does not exist`,
    );
  });

  test("names all props that a caller in JavaScript leaves out", () => {
    expect(() => Reflect.apply(installProvider, undefined, [{}])).toThrow(
      "installProvider:\n- address is missing\n- entry is missing\n- stackDirectories is missing",
    );
  });

  test("gives each content a version of its own", () => {
    const version = () =>
      providerVersion({ address: ADDRESS, entry: writeEntry(greeting) });
    let greeting = "one";
    const first = version();
    expect(first).toMatch(/^0\.0\.\d{1,15}$/);
    greeting = "two";
    expect(version()).not.toBe(first);
    greeting = "one";
    expect(version()).toBe(first);
  });

  test("leaves one version in each stack's mirror, ready to be run", () => {
    const stacks = [stack("a"), stack("b")];
    installProvider({
      address: ADDRESS,
      entry: writeEntry("old"),
      stackDirectories: stacks,
    });
    const version = installProvider({
      address: ADDRESS,
      entry: writeEntry("new"),
      stackDirectories: stacks,
    });

    for (const path of stacks) {
      const versions = join(path, "terraform.d", "plugins", ADDRESS);
      expect(readdirSync(versions)).toEqual([version]);
      const [platform = ""] = readdirSync(join(versions, version));
      const script = join(
        versions,
        version,
        platform,
        `terraform-provider-small_v${version}`,
      );
      expect(statSync(script).mode & 0o111).toBe(0o111);
      expect(readFileSync(script, "utf8")).toContain("new");
    }
  });

  test("writes nothing again that is there, and all of what is damaged", () => {
    const path = stack("a");
    const install = () =>
      installProvider({
        address: ADDRESS,
        entry: writeEntry("hello"),
        stackDirectories: [path],
      });
    const version = install();
    const versions = join(path, "terraform.d", "plugins", ADDRESS, version);
    const folder = join(versions, platform());
    const files = readdirSync(folder).map((name) => join(folder, name));
    const now = () => files.map((file) => statSync(file).ino);
    const made = now();
    expect(files.length).toBeGreaterThan(3);

    install();
    expect(now()).toEqual(made);
    for (const file of files) {
      const before = readFileSync(file);
      const sameSize = Buffer.alloc(before.length, "x");
      for (const other of ["{}", sameSize]) {
        writeFileSync(file, other);
        install();
        expect(readFileSync(file).equals(before)).toBe(true);
      }
      chmodSync(file, 0o600);
      install();
      expect(statSync(file).mode & 0o777).toBe(0o755);
    }
  });

  test("locks at OpenTofu's registry as well, where that is what runs", () => {
    const path = stack("tofu", {
      small: { source: ADDRESS, version: "0.0.1" },
      cloudflare: { source: "cloudflare/cloudflare", version: "5.14.0" },
    });
    installProvider({
      address: ADDRESS,
      entry: writeEntry("hi"),
      stackDirectories: [path],
      env: { PATH: "", TERRAFORM_BINARY_NAME: "tofu" },
    });
    const lock = readFileSync(join(path, ".terraform.lock.hcl"), "utf8");
    expect(parseLockFile(lock).map(({ address }) => address)).toEqual([
      ADDRESS,
      "registry.opentofu.org/cloudflare/cloudflare",
      // cdktf looks for this one.
      "registry.terraform.io/cloudflare/cloudflare",
    ]);
  });

  test("locks itself and what else has an exact version, and keeps what is known", () => {
    const path = stack("a", {
      small: { source: ADDRESS, version: "0.0.1" },
      cloudflare: { source: "cloudflare/cloudflare", version: "5.14.0" },
      random: { version: "3.6.0" },
      time: { source: "hashicorp/time", version: "~> 0.12" },
    });
    const lock = join(path, ".terraform.lock.hcl");
    writeFileSync(
      lock,
      `# This file is maintained automatically by "terraform init".

provider "registry.terraform.io/cloudflare/cloudflare" {
  version     = "5.14.0"
  constraints = "5.14.0"
  hashes = [
    "h1:known=",
    "zh:also",
  ]
}

provider "registry.terraform.io/hashicorp/random" {
  version = "3.5.0"
  hashes = [
    "h1:of another version=",
  ]
}

provider "registry.terraform.io/hashicorp/time" {
  version     = "0.12.1"
  constraints = "~> 0.12"
  hashes = [
    "h1:time=",
  ]
}
`,
    );

    const version = installProvider({
      address: ADDRESS,
      entry: writeEntry("hi"),
      stackDirectories: [path],
    });

    expect(parseLockFile(readFileSync(lock, "utf8"))).toEqual([
      {
        address: ADDRESS,
        version,
        constraints: version,
        hashes: [expect.stringMatching(/^h1:.{43}=$/)],
      },
      {
        address: "registry.terraform.io/cloudflare/cloudflare",
        version: "5.14.0",
        constraints: "5.14.0",
        hashes: ["h1:known=", "zh:also"],
      },
      {
        address: "registry.terraform.io/hashicorp/random",
        version: "3.6.0",
        constraints: "3.6.0",
        hashes: [],
      },
      {
        address: "registry.terraform.io/hashicorp/time",
        version: "0.12.1",
        constraints: "~> 0.12",
        hashes: ["h1:time="],
      },
    ]);
  });

  test("a stack that does not require it has no entry of it in its lock file", () => {
    const path = stack("a", {
      cloudflare: { source: "cloudflare/cloudflare", version: "5.14.0" },
    });
    const lock = join(path, ".terraform.lock.hcl");
    writeFileSync(lock, `provider "${ADDRESS}" {\n  version = "0.0.1"\n}\n`);
    installProvider({
      address: ADDRESS,
      entry: writeEntry("hi"),
      stackDirectories: [path],
    });
    expect(
      parseLockFile(readFileSync(lock, "utf8")).map(({ address }) => address),
    ).toEqual(["registry.terraform.io/cloudflare/cloudflare"]);
  });
});

test.each([
  ["example.test/acme/small", "example.test/acme/small"],
  ["Cloudflare/cloudflare", "registry.terraform.io/cloudflare/cloudflare"],
  ["random", "registry.terraform.io/hashicorp/random"],
])("reads the address %s as %s", (source, address) => {
  expect(parseAddress(source).address).toBe(address);
});

test.each(["", "a/b/c/d", "a//b"])("refuses the address %p", (source) => {
  expect(() => parseAddress(source)).toThrow(/source address is like/);
});
