import { caddyServices } from "../../deployment/caddy-sites";
import { synthesize, withDependencies } from "../../deployment/stacks";
import { caddyfile } from "../../services/caddyfile";
import { environmentWithFile } from "../../settings";
import { interruption } from "../command";
import type { CaddyfileOptions } from "../caddyfile";

export async function run(
  names: string[],
  { json }: CaddyfileOptions,
): Promise<void> {
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
}
