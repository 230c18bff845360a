import { execFileSync } from "node:child_process";
import { parseEnv } from "node:util";
import fc from "fast-check";
import { setInEnv } from "../../secrets/env-text";
import { exportLines } from "../../secrets/export-lines";
import { testWithSeeds } from "../seeds";

const ID = "COMFYUI_ACCESS_CLIENT_ID";

test("adds what is new at the end, on a line of its own", () => {
  expect(setInEnv("A=1", { [ID]: "x.access" })).toBe(`A=1\n${ID}=x.access\n`);
  expect(setInEnv("", { [ID]: "x.access" })).toBe(`${ID}=x.access\n`);
});

test("changes a value in place and keeps export, quotes, comment and order", () => {
  const before = `# mine\r\nexport ${ID} = "old" # for the bot\r\nB='two\r\nlines'\r\n`;
  expect(setInEnv(before, { [ID]: "new.access" })).toBe(
    before.replace("old", "new.access"),
  );
});

test("changes every one of a name that stands there twice", () => {
  expect(setInEnv(`${ID}=a\n${ID}='b'\n`, { [ID]: "c" })).toBe(
    `${ID}=c\n${ID}='c'\n`,
  );
});

test("leaves alone what only looks like it: comments, other names, text in quotes", () => {
  const before = `#${ID}=a\nMY_${ID}=b\nNOTE='\n${ID}=c\n'\n`;
  expect(setInEnv(before, { [ID]: "d" })).toBe(`${before}${ID}=d\n`);
});

test("a second time changes nothing", () => {
  const once = setInEnv(`A=1\n${ID}=\n`, { [ID]: "x", B: "a b$c" });
  expect(setInEnv(once, { [ID]: "x", B: "a b$c" })).toBe(once);
});

test.each(["it's", "two\nlines", "nul\0"])("fails with %j", (value) => {
  expect(() => setInEnv("", { A: value })).toThrow("the value of A");
});

const names = fc.constantFrom("A", "B_2", ID, "OTHER");
const plain = fc.stringMatching(/^[\w.:/@-]{0,12}$/);
// No lines of blanks: after an empty value Node would read on into the next.
const lines = fc.oneof(
  fc.constantFrom("", "# a comment, with 'quotes' and A=b"),
  fc.tuple(names, plain).map(([name, value]) => `${name}=${value}`),
  fc
    .tuple(names, plain)
    .map(([name, value]) => `export ${name}="${value}" # x`),
  fc
    .tuple(names, fc.stringMatching(/^[\w \n#=$"]{0,12}$/))
    .map(([name, value]) => `${name}='${value}'`),
);

testWithSeeds(
  "whatever the file: readers find the new values and all others as before",
  1,
  (seed) => {
    fc.assert(
      fc.property(
        fc.array(lines),
        fc.constantFrom("\n", "\r\n"),
        fc.dictionary(names, fc.stringMatching(/^[\w.$ "-]{1,20}$/)),
        (parts, newline, values) => {
          const text = parts.map((part) => part + newline).join("");
          const after = setInEnv(text, values);
          expect(parseEnv(after)).toEqual({ ...parseEnv(text), ...values });
          expect(setInEnv(after, values)).toBe(after);
        },
      ),
      { seed },
    );
  },
);

testWithSeeds(
  "exports are safe to eval, whatever the values hold",
  1,
  (seed) => {
    const value = fc
      .string({ unit: "binary" })
      .filter((s) => !/[\0\n]$|\0/.test(s));
    fc.assert(
      fc.property(value, (secret) => {
        const read = execFileSync(
          "sh",
          [
            "-c",
            'eval "$1"; printf %s "$SECRET"',
            "sh",
            exportLines({ SECRET: secret }),
          ],
          { env: { PATH: process.env.PATH ?? "" } },
        );
        expect(read).toEqual(Buffer.from(secret));
      }),
      { numRuns: 30, seed },
    );
  },
);
