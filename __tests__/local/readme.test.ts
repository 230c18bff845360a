import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DEFAULT_SWITCHES } from "../../local/switches";
import { ALL_FAULTS } from "../../local/faults";

const text = readFileSync(join(__dirname, "../../local/README.md"), "utf8");
const rows = [...text.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name);

test("the README names every switch and every fault, and no other", () => {
  expect(rows.sort()).toEqual(
    [...Object.keys(DEFAULT_SWITCHES), ...Object.keys(ALL_FAULTS)].sort(),
  );
});
