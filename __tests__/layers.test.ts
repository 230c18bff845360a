import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Linter } from "eslint";

const ROOT = resolve(__dirname, "..");
const layers =
  jest.requireActual<Record<string, readonly string[]>>("../layers");
const config = jest.requireActual<Linter.Config[]>("../eslint.config");
const linter = new Linter({ cwd: ROOT });

function messages(filename: string, code: string): string[] {
  return linter
    .verify(code, config, { filename })
    .filter(({ fatal, ruleId }) => fatal || ruleId?.startsWith("boundaries/"))
    .map(({ message }) => message);
}

describe("an import against the layers", () => {
  test.each([
    ["a value", 'import { judge } from "../review/judge";\njudge();'],
    [
      "a type",
      'import type { Plan } from "../review/judge";\nexport { Plan };',
    ],
    ["a type in place", 'export type A = import("../review/judge").Plan;'],
    ["one on demand", 'export const a = () => import("../review/judge");'],
    ["one handed on", 'export * from "../review/judge";'],
  ])("is refused: %s", (_, code) => {
    expect(messages("account/made-up.ts", code)).toEqual([
      expect.stringMatching(
        /^account may import access, base, [a-z, ]*settings, not review\/judge\.ts: .*docs\/architecture\.md/,
      ),
    ]);
  });

  test.each([
    ["a file at the root", "access/made-up.ts", 'import "../settings";'],
    ["a command", "pipeline/made-up.ts", 'import "../scripts/command";'],
    ["a test", "probe/made-up.ts", 'import "../__tests__/probe/world";'],
    ["from deeper", "rules/checks/a.ts", 'import "../../pipeline/drift";'],
  ])("is refused: %s", (_, file, code) => {
    expect(messages(file, code)).toHaveLength(1);
  });
});

test("an import along the layers, inside a folder or of a package passes", () => {
  const code = [
    'import "../access/model";',
    'import "../base/printable";',
    'import "./refusal";',
    'import "node:fs";',
    'import "cloudflare";',
  ].join("\n");
  expect(messages("account/made-up.ts", code)).toEqual([]);
});

test("a folder without a place in the table is refused", () => {
  expect(messages("misc/made-up.ts", "export {};")).toHaveLength(1);
});

test("each layer imports only layers above it in the table, so none reaches itself", () => {
  const order = Object.keys(layers);
  for (const [layer, imports] of Object.entries(layers))
    for (const one of imports)
      if (one !== layer)
        expect([layer, one, order.indexOf(one) < order.indexOf(layer)]).toEqual(
          [layer, one, true],
        );
});

test("the table of docs/architecture.md is the one that ESLint enforces", () => {
  const text = readFileSync(join(ROOT, "docs/architecture.md"), "utf8");
  const rows = [...text.matchAll(/^\| `([\w-]+)`\s*\|[^|]*\|([^|]*)\|$/gm)];
  const table = rows.map(([, layer, imports = ""]) => [
    layer,
    imports.split(",").flatMap((name) => name.trim() || []),
  ]);
  const enforced = Object.entries(layers)
    .filter(([layer]) => !["scripts", "bench"].includes(layer))
    .map(([layer, imports]) => [
      layer,
      imports.filter((name) => name !== "base"),
    ]);
  expect(table).toEqual(enforced);
});

test("every file that docs/architecture.md names is there", () => {
  const text = readFileSync(join(ROOT, "docs/architecture.md"), "utf8");
  const files = Object.keys(layers).flatMap((layer) =>
    existsSync(join(ROOT, layer))
      ? readdirSync(join(ROOT, layer), { recursive: true }).map(
          (file) => `${layer}/${String(file)}`,
        )
      : [`${layer}.ts`],
  );
  const named = [...text.matchAll(/`([\w/.-]+\.(?:ts|js))`/g)]
    .map(([, name = ""]) => name)
    .filter((name) => !name.includes("NAME"));
  expect(named.length).toBeGreaterThan(30);
  expect(
    named.filter(
      (name) =>
        !existsSync(join(ROOT, name)) &&
        !files.some((file) => file.endsWith(`/${name}`)),
    ),
  ).toEqual([]);
});
