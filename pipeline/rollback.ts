import { EXISTING_APPLICATION } from "../base/existing-application";
import { parseUri } from "../access/path-pattern";
import { checkApiToken } from "../account/api-token";
import { cloudflareClient } from "../account/client";
import { destroyStack } from "../deployment/deploy";
import { tellLeftovers, tellUnknown } from "../deployment/leftover-words";
import type { Stack } from "../deployment/stacks";
import { readResources } from "../deployment/state";
import { checkTerraform, type StateResource } from "../deployment/terraform";
import { UsageError } from "../base/usage-error";
import { checkDeploySettings, loadSettings } from "../settings";
import { failureOf } from "./failure";
import { givenStacks, type GivenStacksOptions } from "./given-stacks";
import { checkLastingState } from "./lasting-state";
import { code, codeBlock, table } from "../review/markdown";
import { fromOutside } from "./outside-world";
import { remains, type Remains } from "./remains";
import type { StepReport } from "./step";

interface RollbackOptions extends GivenStacksOptions {
  /** Name of the service's stack in main.ts. */
  readonly service: string;
}

/**
 * Destroys one service and compares the account with what was there before:
 * its objects are gone, and the tunnel has the rule that stood there, or none.
 *
 * @throws UsageError for a name that is no service deployed by itself
 */
export async function rollback(options: RollbackOptions): Promise<StepReport> {
  const { env, hurry, say, signal } = options;
  checkDeploySettings(env);
  checkLastingState(env);
  await checkTerraform(env);
  const stack = await serviceStack(options);
  await checkApiToken(cloudflareClient(env), loadSettings(env).accountId);
  const before = await readResources(stack, { env, signal });
  if (before.length === 0)
    throw new UsageError("Rollback", [
      `"${stack.name}" is not deployed, so there is nothing to roll back`,
    ]);
  const notChecked: string[] = [];
  try {
    await destroyStack(stack, {
      env,
      signal,
      hurry,
      onLine: (line) => say(`${stack.name}  ${line}`),
      onKept: (_, place) =>
        say(`${stack.name}: a copy of the state is kept in ${place}`),
      onRetry: (_, remedy, seconds) =>
        say(`${stack.name}: ${remedy} Trying again in ${seconds} s.`),
      onLeftovers: (_, found) =>
        tellLeftovers(stack.name, found, say, "destroy"),
      onUnknown: (_, error) =>
        tellUnknown(
          stack.name,
          error,
          (line) => {
            say(line);
            notChecked.push(`**${code(line)}**`);
          },
          "Run this again.",
        ),
      approve: async () => true,
    });
  } catch (error) {
    const parts = [
      `## Rollback of ${code(stack.name)} failed`,
      codeBlock(failureOf(error)),
      "The remaining resources are still deployed. Run this again.",
      ...(await seenAtAll(before, env)),
    ];
    return { markdown: parts.join("\n\n"), failed: true };
  }
  const found = await remains(before, env);
  return {
    markdown: rollbackReport(stack.name, found, [
      ...(await seenAtAll(before, env)),
      ...notChecked,
    ]),
    failed: notChecked.length > 0 || found.some(({ fault }) => fault),
  };
}

async function serviceStack({
  service,
  ...options
}: RollbackOptions): Promise<Stack> {
  const stacks = await givenStacks(options);
  const stack = stacks.find(({ name }) => name === service);
  const dependents = stacks.filter(({ dependencies }) =>
    dependencies.includes(service),
  );
  const services = stacks.filter(
    ({ name }) =>
      !stacks.some(({ dependencies }) => dependencies.includes(name)),
  );
  const names = services.map(({ name }) => name).join(", ");
  if (!stack)
    throw new UsageError("Rollback", [
      `main.ts has no service "${service}": it has ${names}`,
    ]);
  if (dependents.length > 0)
    throw new UsageError("Rollback", [
      `${service} is not a service: ${dependents.map(({ name }) => name).join(", ")} depend on it. Services: ${names}`,
    ]);
  return stack;
}

/**
 * What a stranger gets now from each host that the stack had. Applications know
 * the host, too: an earlier run may have got as far as the route.
 */
function seenAtAll(
  before: readonly StateResource[],
  env: NodeJS.ProcessEnv,
): Promise<string[]> {
  const hosts = before.flatMap(({ type, values }) => {
    if (type === "tunnel_route") return [String(values.hostname)];
    if (type === EXISTING_APPLICATION)
      return [parseUri(String(values.hostname)).host];
    const isApplication = type === "cloudflare_zero_trust_access_application";
    return isApplication ? [parseUri(String(values.domain)).host] : [];
  });
  return Promise.all([...new Set(hosts)].map((host) => seenAt(host, env)));
}

function seenAt(host: string, env: NodeJS.ProcessEnv): Promise<string> {
  return fromOutside(env, async (world) => {
    const url = `https://${host}/`;
    try {
      const { headers, status } = await world.ask(url);
      const to = headers.get("location");
      if (status < 300) return `**${code(url)} answers ${status} to anyone.**`;
      return `${code(url)} answers ${status}${to ? ` and redirects to ${code(new URL(to, url).host)}` : ""}.`;
    } catch (error) {
      return `${code(url)} does not answer: ${code((error as Error).message)}.`;
    }
  });
}

/** What became of the objects of a stack, and what its hosts answer. */
export function rollbackReport(
  name: string,
  found: readonly Remains[],
  hosts: readonly string[],
): string {
  return [
    `## Rollback of ${code(name)}`,
    table(
      ["what", "which", "now"],
      found.map(({ fault, kind, now, which }) => [
        kind,
        code(which),
        fault ? `**${code(now)}**` : code(now),
      ]),
    ),
    ...hosts,
    `Remove ${code(name)} from \`main.ts\` in a pull request: while it is there, the next deploy creates it again.`,
  ].join("\n\n");
}
