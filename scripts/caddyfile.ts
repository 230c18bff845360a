import { command, main } from "./command";

export interface CaddyfileOptions {
  readonly json?: boolean;
  readonly write?: string;
}

const cli = command(
  "caddyfile",
  "Makes the Caddyfile for Caddy between the tunnel and the services of main.ts",
)
  .argument("[services...]", "names of stacks in main.ts (default: all)")
  .option(
    "--write <file>",
    "writes the file as a whole, or leaves it as it is (default: print it)",
  )
  .option("--json", "print the file and its services as JSON")
  .addHelpText(
    "after",
    `
Each service's address in Docker is the containerUrl of its preset. A service
whose serviceUrl is its own address needs no Caddy: it is left out, and named.

--write replaces only a file that this command wrote, and only where there is
something to write; "> Caddyfile" would empty it first, whatever happens then.

Exit codes: 0 done, 1 no service needs Caddy, 2 unusable input.

Examples:
  npm run caddyfile -- --write caddy/Caddyfile
  npm run --silent caddyfile -- comfyui n8n`,
  )
  .action(async (...given: [string[], CaddyfileOptions]) =>
    (await import("./actions/caddyfile")).run(...given),
  );

void main(cli);
