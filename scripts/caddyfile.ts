import { caddyServices } from "../deployment/caddy-sites";
import { synthesize, withDependencies } from "../deployment/stacks";
import { caddyfile } from "../services/caddyfile";
import { environmentWithFile } from "../settings";
import { command, interruption, main } from "./command";

interface Options {
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
  .action(async (names: string[], { json }: Options) => {
    const env = environmentWithFile();
    const stacks = await synthesize({ env, signal: interruption() });
    const chosen =
      names.length === 0 ? stacks.values() : withDependencies(stacks, names);
    const services = caddyServices(chosen);
    const text = caddyfile(services.filter(({ left }) => left === undefined));
    if (json) {
      console.log(JSON.stringify({ caddyfile: text, services }, null, 2));
      return;
    }
    for (const { left, name } of services)
      if (left !== undefined) console.error(`${name} is not in it: ${left}.`);
    process.stdout.write(text);
  });

void main(cli);
