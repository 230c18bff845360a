// Some libraries ship ES modules only (jose, oidc-provider and what it uses):
// jest runs CommonJS, so those are transformed as our own code is.
const swc = [
  "@swc/jest",
  {
    jsc: { target: "es2022", parser: { syntax: "typescript" } },
    module: { type: "commonjs" },
  },
];

/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: "node",
  roots: ["<rootDir>/__tests__"],
  testMatch: ["**/*.test.ts"],
  transform: { "\\.(ts|m?js)$": swc },
  transformIgnorePatterns: [
    "/node_modules/(?!(jose|oidc-provider|quick-lru|nanoid|eta|raw-body|lossless-json|re2js)/)",
  ],
  testTimeout: 30_000,
  // Many tests wait for a Terraform of their own.
  maxWorkers: "100%",
};
