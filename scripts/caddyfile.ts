import { command, main } from "./command";

export interface CaddyfileOptions {
  readonly json?: boolean;
}

const cli = command(
  "caddyfile",
  "Prints the Caddyfile for Caddy between the tunnel and the services of main.ts",
)
  .argument("[services...]", "names of stacks in main.ts (default: all)")
  .option("--json", "print the file and its services as JSON")
  .addHelpText(
    "after",
    `
Each service's address in Docker is the containerUrl of its preset. A service
whose serviceUrl is its own address needs no Caddy: it is left out, and named.

Examples:
  npm run --silent caddyfile > Caddyfile
  npm run --silent caddyfile -- comfyui n8n`,
  )
  .action(async (...given: [string[], CaddyfileOptions]) =>
    (await import("./actions/caddyfile")).run(...given),
  );

void main(cli);
