import { printable, printableJsonLine } from "../../base/printable";
import { findStack } from "../../deployment/find-stack";
import { exportLines } from "../../secrets/export-lines";
import {
  findToken,
  readStackService,
  variablesOf,
} from "../../secrets/stack-tokens";
import { STORES } from "../../contract/store-names";
import type { SecretStore } from "../../secrets/store";
import { openStore } from "../../secrets/stores";
import { UsageError } from "../../base/usage-error";
import { environmentWithFile } from "../../settings";
import { interruption } from "../command";
import type { SecretsOptions } from "../secrets";

export async function run(
  name: string,
  options: SecretsOptions,
): Promise<void> {
  const { file, json } = options;
  const faults = [
    options.to === "export" &&
      json &&
      "--to export prints the secrets: remove --json",
    (options.to ?? "env") !== "env" &&
      file !== undefined &&
      "--file only works with --to env",
    options.to === "export" &&
      printsHeading(process.env) &&
      "npm would mix its own lines into the exports: use npm run --silent",
  ].filter((fault) => typeof fault === "string");
  if (faults.length > 0) throw new UsageError("npm run secrets", faults);

  const env = environmentWithFile();
  const signal = interruption();
  const stack = await findStack(name, { env, signal });
  const service = await readStackService(stack, { env, signal });
  const token = findToken(service, options.token);
  const to = options.to ?? token.store;
  if (to === undefined)
    throw new UsageError("npm run secrets", [
      `--to <place> is required, because the token ${token.name} has no store in main.ts: use one of ${STORES.join(", ")}, export`,
    ]);
  const values = variablesOf(service, token);
  if (to === "export") {
    process.stdout.write(exportLines(values));
    return;
  }
  const store = await openStore(to, { env, file, service: name, token });
  await store.check();
  const changed = await store.put(values);
  if (json) {
    const names = Object.keys(values);
    const { description } = store;
    console.log(
      printableJsonLine({ to: description, token: token.name, names, changed }),
    );
    return;
  }
  for (const line of writtenLines(Object.keys(values), changed, store))
    console.log(line);
}

/** What people are told of variables that were put into a store. */
export function writtenLines(
  variables: readonly string[],
  changed: readonly string[],
  store: Pick<SecretStore, "description" | "howToRead">,
): string[] {
  return variables.flatMap((variable) => {
    const command = store.howToRead?.(variable);
    return [
      `${variable}: ${changed.includes(variable) ? "written to" : "unchanged in"} ${store.description}`,
      ...(command ? [`  ${command}`] : []),
    ].map(printable);
  });
}

/** Whether npm heads the output of its scripts: it does unless it is silent. */
function printsHeading(env: NodeJS.ProcessEnv): boolean {
  return (
    env.npm_lifecycle_event === "secrets" &&
    env.npm_config_loglevel !== "silent" &&
    !process.stdout.isTTY
  );
}
