const { existsSync } = require("node:fs");
const { join } = require("node:path");

// Some libraries ship ES modules only (jose, oidc-provider and what it uses):
// jest runs CommonJS, so those are transformed as our own code is.
const swc = [
  "@swc/jest",
  {
    jsc: { target: "es2022", parser: { syntax: "typescript" } },
    module: { type: "commonjs" },
  },
];

// Whole deploys that repeat, at length, what shorter tests show: minutes that
// only `npm run test:full` takes.
const LONG = [
  "adoption/life",
  "by-hand/existing-token",
  "by-hand/given-back",
  "deployment/adopt",
  "deployment/back-and-forth",
  "deployment/ctrl-c",
  "deployment/google-state",
  "deployment/late-answers",
  "deployment/one-time-pin",
  "deployment/provider-version",
  "deployment/remote-state",
  "local/edge/browser-other-logins",
  "local/provider/answers",
  "local/provider/data-sources",
  "local/provider/import",
  "local/provider/retries",
  "packaging/their-project",
  "pipeline/guests",
  "pipeline/pull-request",
  "pipeline/runners",
  "pipeline/steps",
  "probe/passing-faults",
  "providers/tunnel-route/kill",
  "providers/tunnel-route/machines",
  "rehearsal/cdktn",
  "rehearsal/interruption",
  "rehearsal/keep",
  "rehearsal/opentofu",
  "rehearsal/origin",
  "rehearsal/other-terraform",
  "rehearsal/rehearse",
  "rehearsal/twin",
  "rotation/command",
  "scripts/cdktf",
  "scripts/life",
  "scripts/revoke-and-logs",
  "secrets/command",
  "secrets/google",
  "secrets/leaks",
  "stacks/adopted",
  "stacks/by-hand",
  "stacks/tunnel-life",
  "stacks/changes",
  "stacks/groups",
  "stacks/life",
  "stacks/limited-tokens",
  "stacks/origin-settings",
].map((name) => `__tests__/${name}.test.ts`);
for (const file of LONG)
  if (!existsSync(join(__dirname, file)))
    throw new Error(`jest.config.js: there is no ${file}`);

// Whoever names a test file wants it.
const isFull =
  Boolean(process.env.FULL) ||
  process.argv.slice(2).some((one) => one.includes("__tests__"));
if (isFull) process.env.FULL = "1";

/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: "node",
  roots: ["<rootDir>/__tests__"],
  testMatch: ["**/*.test.ts"],
  testPathIgnorePatterns: isFull
    ? []
    : LONG.map((file) => file.replaceAll(".", "\\.")),
  transform: { "\\.(ts|m?js)$": swc },
  transformIgnorePatterns: [
    "/\\.cache/",
    "/node_modules/(?!(jose|oidc-provider|quick-lru|nanoid|eta|raw-body|lossless-json|re2js)/)",
  ],
  setupFiles: ["<rootDir>/jest.setup.js", "<rootDir>/jest.keys.js"],
  // For what hangs: a busy machine takes its time.
  testTimeout: 120_000,
  // Many tests wait for a Terraform of their own.
  maxWorkers: "100%",
};
