import { readFileSync } from "node:fs";
import { join } from "node:path";
import { transformSync } from "esbuild";
import * as undici from "undici";
import * as local from "../../local";
import { DEFAULT_SWITCHES } from "../../local/switches";
import { ALL_FAULTS } from "../../local/faults";

const text = readFileSync(join(__dirname, "../../local/README.md"), "utf8");
const rows = [...text.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name);

test("the README names every switch and every fault, and no other", () => {
  expect(rows.sort()).toEqual(
    [...Object.keys(DEFAULT_SWITCHES), ...Object.keys(ALL_FAULTS)].sort(),
  );
});

describe("its login by fetch", () => {
  const [, code = ""] = /^```ts login\.test\.ts\n(.*?)^```$/ms.exec(text) ?? [];
  const modules: Record<string, object> = {
    undici,
    "access-stacks/local": local,
  };
  // It registers its own test.
  new Function(
    "require",
    transformSync(code, { loader: "ts", format: "cjs" }).code,
  )((name: string) => modules[name]);
});
