import { API_TOKENS } from "../base/dashboard";
import type { DeployedToken } from "../contract/service-outputs";
import { cloudflareClient } from "../account/client";
import type { Stack } from "../deployment/stacks";
import { namedAccount, type NamedAccount } from "../account/named-account";
import { certificateOf } from "../probe/certificate";
import { eachOf } from "../probe/each-of";
import { internetOptions } from "../probe/locate";
import { readStackService } from "../secrets/stack-tokens";
import { loadSettings } from "../settings";
import { deployedServices } from "./deployed-services";
import { code, table } from "../review/markdown";
import type { StepOptions, StepReport } from "./step";

const DAY_MS = 24 * 60 * 60 * 1000;

/** Something that ends by itself. */
export interface Kind {
  readonly name: string;
  /** Days before its end from which on it counts as amiss. */
  readonly limit: number;
  readonly remedy: string;
}

const API_TOKEN: Kind = {
  name: "API token",
  limit: 14,
  remedy: `roll it (${API_TOKENS}), and change the secret of its environment on GitHub`,
};

const SERVICE_TOKEN: Kind = {
  name: "service token",
  limit: 14,
  remedy: "`npm run rotate -- SERVICE --extend`",
};

const CERTIFICATE: Kind = {
  name: "certificate",
  // Cloudflare renews about a month before the end, without anybody's doing.
  limit: 7,
  remedy:
    "check in the dashboard, SSL/TLS, Edge Certificates, why it is not renewed",
};

export interface Mortal {
  readonly kind: Kind;
  readonly name: string;
  /** Undefined: never. */
  readonly end?: Date;
  /** Why its end is not known. */
  readonly unknown?: string;
}

export interface ExpiryOptions extends StepOptions {
  /** @default - the machine's time */
  readonly now?: Date;
}

/**
 * Reports when the API token, the services' tokens and their certificates end,
 * and fails where one ends within two weeks, a certificate within one.
 */
export async function expiry(
  stacks: readonly Stack[],
  options: ExpiryOptions,
): Promise<StepReport> {
  const { env, now = new Date(), say } = options;
  const account = namedAccount(cloudflareClient(env), loadSettings(env));
  const services = await deployedServices(stacks, options);
  const perService = await eachOf([...services], 4, async ([name, service]) => [
    ...(await serviceTokens(name, stacks, account, options)),
    await certificate(service.hostname, env),
  ]);
  const all = [await apiToken(account), ...perService.flat()];
  const amiss = all.filter((mortal) => isAmiss(mortal, now));
  say(`expiry: ${amiss.length} of ${all.length} need attention`);
  return {
    markdown: expiryReport(all, now),
    failed: amiss.length > 0,
    amiss: amiss.map(({ end, kind, name, unknown }) =>
      unknown === undefined
        ? `${kind.name} ${name} ends on ${end?.toISOString().slice(0, 10)}`
        : `${kind.name} ${name}: its end is not known`,
    ),
  };
}

function apiToken(account: NamedAccount): Promise<Mortal> {
  return known(API_TOKEN, "of this run", async () => {
    const { expiresOn, status } = await account.apiToken();
    if (status !== "active")
      throw new Error(`Cloudflare reports it as ${status}`);
    return expiresOn ? new Date(expiresOn) : undefined;
  });
}

async function serviceTokens(
  name: string,
  stacks: readonly Stack[],
  account: NamedAccount,
  options: StepOptions,
): Promise<Mortal[]> {
  const stack = stacks.find((one) => one.name === name);
  if (!stack) return [];
  const { tokens } = await readStackService(stack, options);
  return Promise.all(
    tokens.map((token) =>
      known(SERVICE_TOKEN, `${name}: ${token.name}`, () => end(token, account)),
    ),
  );
}

/** As the account says: a token may have been extended since the deploy. */
async function end(
  { id }: DeployedToken,
  account: NamedAccount,
): Promise<Date | undefined> {
  const all = await account.serviceTokens();
  const found = all.find((one) => one.id === id);
  if (!found) throw new Error("it is no longer in the account");
  return found.expires_at ? new Date(found.expires_at) : undefined;
}

function certificate(host: string, env: NodeJS.ProcessEnv): Promise<Mortal> {
  return known(CERTIFICATE, host, async () => {
    const { fault, validUntil } = await certificateOf(
      host,
      internetOptions(env),
    );
    if (fault !== undefined) throw new Error(fault);
    return validUntil;
  });
}

async function known(
  kind: Kind,
  name: string,
  find: () => Promise<Date | undefined>,
): Promise<Mortal> {
  try {
    return { kind, name, end: await find() };
  } catch (error) {
    return { kind, name, unknown: (error as Error).message };
  }
}

function daysLeft(end: Date, now: Date): number {
  return Math.floor((end.getTime() - now.getTime()) / DAY_MS);
}

function isAmiss({ end, kind, unknown }: Mortal, now: Date): boolean {
  if (unknown !== undefined) return true;
  return end !== undefined && daysLeft(end, now) < kind.limit;
}

/** What ends when, and what to do about it. */
export function expiryReport(all: readonly Mortal[], now: Date): string {
  const rows = all.map((mortal) => [
    mortal.kind.name,
    code(mortal.name),
    when(mortal, now),
    isAmiss(mortal, now) ? mortal.kind.remedy : "",
  ]);
  return [
    "## Expiry",
    table(["what", "which", "ends", "what to do"], rows),
  ].join("\n\n");
}

function when({ end, unknown }: Mortal, now: Date): string {
  if (unknown !== undefined) return `not known: ${code(unknown)}`;
  if (end === undefined) return "never";
  const date = end.toISOString().slice(0, 10);
  const days = daysLeft(end, now);
  return days < 0 ? `**ended on ${date}**` : `${date}, in ${days} days`;
}
