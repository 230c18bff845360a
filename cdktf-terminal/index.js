// cdktf-cli loads this in the place of the library that runs Terraform in a
// terminal (`overrides` in package.json). It is JavaScript because cdktf's own
// process has no loader for TypeScript.

// The plans of `cdktf diff` hold secrets.
process.umask(0o077);

const terminal = require("@lydell/node-pty");
require("../typescript");
const { environment, watched } = require("../deployment/cdktf-runs.ts");

// Terraform inherits cdktf's environment, so what only `.env` holds goes there.
Object.assign(process.env, environment());

module.exports = { ...terminal, spawn: watched(terminal.spawn) };
