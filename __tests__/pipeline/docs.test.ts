import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { RULES } from "../../rules/rules";
import { READ_ONLY } from "./read-only";
import { TEXT } from "./workflows";

const read = (file: string) =>
  readFileSync(resolve(__dirname, "../../docs", file), "utf8");

/** The cells of every row of every table. */
const rowsOf = (text: string) =>
  text
    .split("\n")
    .filter((line) => line.trim().startsWith("|"))
    .map((line) => line.split("|").map((cell) => cell.trim()));

test("docs/house-rules.md has every rule, in its own words", () => {
  const rows = rowsOf(read("house-rules.md"));
  expect(rows.filter(([, id]) => id?.startsWith("`"))).toEqual(
    RULES.map(({ id, remedy, title, why }) => [
      "",
      `\`${id}\``,
      title,
      why,
      remedy,
      "",
    ]),
  );
});

test("docs/github.md names every secret that the workflows use", () => {
  const text = read("github.md");
  const used = [...TEXT.matchAll(/\bsecrets\.(\w+)/g)];
  expect(used.length).toBeGreaterThan(10);
  for (const [, name] of used) expect(text).toContain(`\`${name}\``);
});

test("docs/github.md asks for the permissions that reviews are tested with", () => {
  const rows = rowsOf(read("github.md"));
  const reading = rows.flatMap(([, what = "", level]) => {
    const name = /^(?:Account|Zone): (.+)$/.exec(what)?.[1];
    return name ? [`${name} ${level}`] : [];
  });
  expect(reading).toEqual([...READ_ONLY]);
});
