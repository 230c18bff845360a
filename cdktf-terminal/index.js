// cdktf-cli loads this in the place of the library that runs Terraform in a
// terminal (`overrides` in package.json). It is JavaScript because cdktf's own
// process has no loader for TypeScript.

// The plans of `cdktf diff` hold secrets.
process.umask(0o077);

// tsx's cache would be shared with every user of this machine.
process.env.TSX_DISABLE_CACHE = "1";
const { require: load } = require("tsx/cjs/api");

const terminal = require("@lydell/node-pty");
const { environment, watched } = load(
  "../deployment/cdktf-runs.ts",
  __filename,
);

// Terraform inherits cdktf's environment, so what only `.env` holds goes there.
Object.assign(process.env, environment());

module.exports = { ...terminal, spawn: watched(terminal.spawn) };
