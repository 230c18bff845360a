import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runScript } from "../deployment/world";

const dir = mkdtempSync(join(tmpdir(), "nodes-"));
afterAll(() => rmSync(dir, { recursive: true }));

/**
 * What npm does with `install --prefix FOLDER … NAME@VERSION`, for the versions
 * that it has: a package whose `node` tells which it is.
 */
const NPM = `#!/bin/sh
folder=$3
for spec; do :; done
name=\${spec%@*} version=\${spec##*@}
case $version in 24|26) ;; *) echo "no matching version for $spec"; exit 1;; esac
home=$folder/node_modules/$name
mkdir -p "$home/bin"
echo '{"version":"'$version'.1.0","bin":{"node":"bin/node"}}' >"$home/package.json"
printf '#!/bin/sh\\necho v%s.1.0\\n' $version >"$home/bin/node"
chmod +x "$home/bin/node"
`;

const bin = join(dir, "bin");
const tmp = join(dir, "tmp");
for (const folder of [bin, tmp]) mkdirSync(folder);
writeFileSync(join(bin, "npm"), NPM);
chmodSync(join(bin, "npm"), 0o700);

const nodes = (...args: string[]) =>
  runScript("nodes", ["--cache", join(dir, "cache"), ...args], {
    PATH: `${bin}:${process.env.PATH}`,
    HOME: dir,
    TMPDIR: tmp,
    NO_COLOR: "1",
  });

test("runs a command on each Node.js, in a copy that is gone afterwards", async () => {
  const seen = join(dir, "seen");
  const command = `node -v >>${seen}; ls -a >>${seen}.files`;
  const { code, stderr, stdout } = await nodes("24", "26", "--run", command);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(
    /^ ok {2}Node 24\.1\.0 +[\d.]+ s *\n ok {2}Node 26\.1\.0 +[\d.]+ s *\n$/,
  );
  expect(read(seen)).toEqual(["v24.1.0", "v26.1.0"]);
  const files = read(`${seen}.files`);
  expect(files).toEqual(expect.arrayContaining(["main.ts", ".ci"]));
  for (const ignored of ["node_modules", ".git", ".cache"])
    expect(files).not.toContain(ignored);
  expect(readdirSync(tmp).filter((name) => /on-node/.test(name))).toEqual([]);
});

test("exits with 1 and shows what was printed where a command fails", async () => {
  const { code, stderr, stdout } = await nodes(
    ..."26 --run".split(" "),
    "echo it broke; exit 3",
  );
  expect(stdout).toMatch(/^FAIL Node 26\.1\.0/);
  expect(stderr).toContain("it broke");
  expect(code).toBe(1);
});

test("says where npm has no such Node.js, and tries the others", async () => {
  const { code, stderr, stdout } = await nodes("99", "26", "--run", "true");
  expect(stdout).toMatch(/^FAIL Node 99 .*npm can't install it$/m);
  expect(stdout).toMatch(/^ ok {2}Node 26\.1\.0/m);
  expect(stderr).toContain("no matching version");
  expect(code).toBe(1);
});

test("--newest is the last of the release lines", async () => {
  const { code, stdout } = await nodes("--newest", "--json", "--run", "true");
  expect(JSON.parse(stdout)).toEqual([
    expect.objectContaining({ asked: "26", version: "26.1.0", passed: true }),
  ]);
  expect(code).toBe(0);
});

test("refuses what is no version, all at once, and installs nothing", async () => {
  const cache = join(dir, "untouched");
  const { code, stderr } = await nodes("--cache", cache, "lts", "26", "v24");
  expect(stderr).toContain('"lts" is none');
  expect(stderr).toContain('"v24" is none');
  expect(code).toBe(2);
  expect(existsSync(cache)).toBe(false);
});

function read(file: string): string[] {
  return readFileSync(file, "utf8").trimEnd().split("\n");
}
