import { command, main } from "./command";

export interface CaddyfileOptions {
  readonly json?: boolean;
  readonly write?: string;
}

const cli = command(
  "caddyfile",
  "Generates the Caddyfile of a Caddy between the tunnel and the services in main.ts",
)
  .argument("[services...]", "names of stacks in main.ts (default: all)")
  .option(
    "--write <file>",
    "replace this file, all or nothing (default: print it)",
  )
  .option("--json", "print the file and its services as JSON")
  .addHelpText(
    "after",
    `
Each service's address in Docker is the containerUrl of its preset. A service
whose serviceUrl is its own address needs no Caddy: it is skipped and listed.

--write replaces only a file that this command wrote, and only once there is
something to write; "> Caddyfile" would empty the file first.

Exit codes: 0 done, 1 no service needs Caddy, 2 unusable input.

Examples:
  npm run caddyfile -- --write caddy/Caddyfile
  npm run --silent caddyfile -- comfyui n8n`,
  )
  .action(async (...given: [string[], CaddyfileOptions]) =>
    (await import("./actions/caddyfile")).run(...given),
  );

void main(cli);
