import { resolve } from "node:path";

export const PROJECT = resolve(__dirname, "..");

/**
 * What the package exports, by path below its name; each a file of that path.
 * Those of Google's need bindings that not everybody installs.
 */
export const PARTS = [
  "constructs",
  "constructs/google-provider",
  "constructs/token-store",
  "stacks",
  "services",
  "access",
  "ingress",
  "client",
  "terraform-plugin",
  "local",
] as const;

/** The provider that a package carries in one file. */
export const PROVIDER = "providers/tunnel-route/main.ts";

/**
 * ES modules only: jest can't load these from CommonJS, so the package has them
 * in files of its own.
 */
export const VENDORED: readonly string[] = ["jose", "oidc-provider"];
