import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

const CONSTRUCTS = resolve(__dirname, "../../constructs");

/** What only users of this repository's stacks and commands have. */
const OURS =
  /npm run|\bmain\.ts\b|\bdocs\/|\bACCESS_[A-Z]|\bCLOUDFLARE_[A-Z]|\bGOOGLE_[A-Z]|\bTF_VAR_|\.env\b|rotations\.json/;

test.each(readdirSync(CONSTRUCTS))(
  "%s names no settings, commands or files of this repository",
  (file) => {
    const lines = readFileSync(join(CONSTRUCTS, file), "utf8").split("\n");
    expect(lines.filter((line) => OURS.test(line))).toEqual([]);
  },
);

test("stacks do, so that their users know what to do", () => {
  const stacks = readFileSync(
    join(CONSTRUCTS, "../stacks/remedies.ts"),
    "utf8",
  );
  expect(stacks).toMatch(OURS);
});
