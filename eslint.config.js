const js = require("@eslint/js");
const boundaries = require("eslint-plugin-boundaries");
const tseslint = require("typescript-eslint");
const layers = require("./layers");

module.exports = tseslint.config(
  {
    ignores: [
      "node_modules",
      "cdktf.out",
      ".rehearsal",
      ".state",
      ".cache",
      "dist",
    ],
  },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  {
    files: ["*.js", "cdktf-terminal/*.js"],
    languageOptions: {
      globals: {
        module: "writable",
        require: "readonly",
        process: "readonly",
        __dirname: "readonly",
        __filename: "readonly",
      },
    },
    rules: { "@typescript-eslint/no-require-imports": "off" },
  },
  {
    files: ["**/*.ts"],
    ignores: ["__tests__/**"],
    plugins: { boundaries },
    settings: {
      "import/resolver": { node: { extensions: [".ts"] } },
      "boundaries/root-path": __dirname,
      "boundaries/legacy-templates": false,
      "boundaries/dependency-nodes": ["import", "export", "dynamic-import"],
      "boundaries/additional-dependency-nodes": [
        { name: "import-type", selector: "TSImportType Literal", kind: "type" },
      ],
      "boundaries/files": [...Object.keys(layers), "__tests__"].map(
        (layer) => ({ category: layer, pattern: filesOf(layer) }),
      ),
    },
    rules: { "boundaries/no-unknown-files": "error" },
  },
  {
    files: ["**/*.ts"],
    ignores: ["account/cloudflare.ts"],
    rules: {
      "@typescript-eslint/no-restricted-imports": [
        "error",
        {
          name: "cloudflare",
          allowTypeImports: true,
          message: "Import it from account/cloudflare, which loads fast",
        },
      ],
    },
  },
  ...Object.entries(layers).map(([layer, imports]) => ({
    files: filesOf(layer),
    rules: {
      "boundaries/dependencies": [
        "error",
        {
          default: "disallow",
          message: `${layer} may import ${imports.length > 0 ? [...imports].sort().join(", ") : "nothing of the project"}, not {{to.file.path}}: see layers.js and docs/architecture.md. Move what both need to a folder that both may import; base is everyone's`,
          policies: [
            {
              allow: {
                to: { file: { categories: { anyOf: [layer, ...imports] } } },
              },
            },
          ],
        },
      ],
    },
  })),
);

function filesOf(layer) {
  return [`${layer}.ts`, `${layer}/**/*.ts`];
}
