import { lockFile, parseLockFile } from "../../terraform-plugin/lock-file";

const GOOGLE = "registry.terraform.io/hashicorp/google";
const OWN = { address: "example.com/acme/own", version: "1.0.0", hashes: [] };
const KNOWN = [
  { address: GOOGLE, version: "6.50.0", hashes: ["zh:a", "zh:b"] },
];

/** The hashes of Google's provider in the lock file of a stack. */
function hashes(version: string, earlier: string[] = []): readonly string[] {
  const text = lockFile(
    OWN,
    { google: { source: "hashicorp/google", version } },
    [{ address: GOOGLE, version, hashes: earlier }],
    KNOWN,
  );
  const found = parseLockFile(text).find(({ address }) => address === GOOGLE);
  return found?.hashes ?? [];
}

test("a package whose hashes are known is asked for by them", () => {
  expect(hashes("6.50.0")).toEqual(["zh:a", "zh:b"]);
});

test("what Terraform adds of the same package is kept", () => {
  expect(hashes("6.50.0", ["h1:c", "zh:a", "zh:b"])).toContain("h1:c");
});

test("hashes of another package are not", () => {
  expect(hashes("6.50.0", ["h1:other", "zh:a"])).toEqual(["zh:a", "zh:b"]);
});

test("another version is taken as Terraform found it first", () => {
  expect(hashes("6.49.0", ["h1:x"])).toEqual(["h1:x"]);
});

test("with the hashes of what is unpacked known, none is added", () => {
  const known = [{ ...KNOWN[0]!, hashes: ["h1:c", "zh:a"] }];
  const text = lockFile(
    OWN,
    { google: { source: "hashicorp/google", version: "6.50.0" } },
    [{ ...KNOWN[0]!, hashes: ["h1:c", "h1:forged", "zh:a"] }],
    known,
  );
  expect(text).toContain("h1:c");
  expect(text).not.toContain("forged");
});
