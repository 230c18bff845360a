import { once } from "node:events";
import { createServer, type Server } from "node:net";
import type { Dispatcher } from "undici";
import { checkProps } from "../base/check-props";
import { Account } from "./account";
import { buildAccount } from "./account-build";
import { loadAccount, parseAccountFile } from "./account-file";
import type { AccountFileInput } from "./account-file-schema";
import { startApi, type ApiServer } from "./api/server";
import { edgeDispatcher } from "./edge/dispatcher";
import { startEdge, type Edge } from "./edge/edge";
import type { Mail, SendMail } from "./edge/team";
import { google } from "./google/google";
import { dashboard } from "./dashboard/dashboard";
import { github } from "./github/github";
import type { Network } from "./network";
import { openId } from "./openid/openid";
import { allOf } from "./web-hosts";
import {
  startOrigins,
  type ForwardedOrigin,
  type OriginKind,
  type Origins,
} from "./origins/start";
import { faults, type FaultRates } from "./faults";

/** What is to run, and where. */
export interface LocalCloudflareOptions {
  /**
   * The account: one that was built, what an account file says, or the name of
   * one: `guide`, `empty` or a path.
   */
  readonly account: Account | AccountFileInput | string;
  /** @default 0 - any free port */
  readonly apiPort?: number;
  /** @default 0 - any free port */
  readonly edgePort?: number;
  /**
   * Put a real Caddy before the services where one is installed.
   *
   * @default true
   */
  readonly caddy?: boolean;
  /** Told of every mail with a code, as it is added to `mails`. @default - nobody is */
  readonly onMail?: SendMail;
  /** What serves hosts that Caddy is to know. @default - guessed by the names of the account's hosts */
  readonly hosts?: Readonly<Record<string, OriginKind>>;
  /** A running service in a stand-in's place. @default - all are stand-ins */
  readonly forwarded?: ForwardedOrigin;
  /** Faults of the API. @default - none */
  readonly faults?: { readonly seed: number; readonly rates: FaultRates };
}

/** Cloudflare, Google and some services behind a tunnel, in this process and on 127.0.0.1 only. */
export interface LocalCloudflare {
  /** The account as it is now: look at it, or change it. */
  readonly account: Account;
  /** What `CLOUDFLARE_BASE_URL` takes. */
  readonly apiUrl: string;
  /** The API without HTTP, and `onCall` to look at or fail its calls. */
  readonly api: ApiServer["api"];
  /** The edge: its port and its certificate. */
  readonly edge: Edge;
  /** Mails with codes for the login by one-time PIN, the latest last. */
  readonly mails: readonly Mail[];
  /** The names that the tunnel, neighbours and scripts on the host know. */
  readonly network: Network;
  /** Whether a real Caddy stands before the services. */
  readonly viaCaddy: boolean;
  /**
   * What makes `fetch` of undici find every host here and trust its
   * certificates: `fetch(url, { dispatcher })`.
   */
  readonly dispatcher: Dispatcher;
  /** Makes Chromium find every host here, and trust the certificates it meets. */
  chromiumFlags(): string[];
  /** Ends all that was started. */
  close(): Promise<void>;
}

/**
 * Starts everything, and closes what it started where a part fails.
 *
 * @throws Error naming the ports that were asked for and are taken, or every
 * fault of the account
 */
export async function startLocalCloudflare(
  options: LocalCloudflareOptions,
): Promise<LocalCloudflare> {
  checkProps("startLocalCloudflare", options, ["account"]);
  const { apiPort, caddy, edgePort, forwarded, hosts } = options;
  const account = accountOf(options.account);
  await checkPorts({ API: apiPort, edge: edgePort });
  const mails: Mail[] = [];
  const started: { close(): Promise<void> }[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(started.splice(0).map((part) => part.close()));
  };
  const keep = <T extends { close(): Promise<void> }>(part: T): T => {
    started.push(part);
    return part;
  };
  try {
    const api = keep(await startApi(account, { port: apiPort }));
    if (options.faults) {
      const { rates, seed } = options.faults;
      api.api.onCall(faults(account, seed, rates));
    }
    const origins: Origins = keep(
      await startOrigins({
        hosts: { ...publicHosts(account), ...hosts },
        caddy,
        forwarded,
      }),
    );
    const edge = keep(
      await startEdge({
        account,
        network: origins.network,
        google: allOf(
          google({ account }),
          github(account),
          dashboard(account),
          openId(account),
        ),
        mail: (mail) => {
          mails.push(mail);
          options.onMail?.(mail);
        },
        port: edgePort,
      }),
    );
    const dispatcher = edgeDispatcher(edge);
    keep({ close: () => dispatcher.destroy() });
    return {
      account,
      dispatcher,
      apiUrl: api.baseUrl,
      api: api.api,
      edge,
      mails,
      network: origins.network,
      viaCaddy: origins.viaCaddy,
      chromiumFlags: () => [
        `--host-resolver-rules=MAP * 127.0.0.1:${edge.port}`,
        `--ignore-certificate-errors-spki-list=${edge.spkiPin}`,
      ],
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function accountOf(given: LocalCloudflareOptions["account"]): Account {
  if (given instanceof Account) return given;
  return typeof given === "string"
    ? loadAccount(given)
    : buildAccount(parseAccountFile(given, "given to startLocalCloudflare"));
}

/** Asks for the ports before anything is started: all that are taken are told. */
async function checkPorts(
  ports: Readonly<Record<string, number | undefined>>,
): Promise<void> {
  const faults: string[] = [];
  const held: Server[] = [];
  for (const [part, port] of Object.entries(ports)) {
    if (!port) continue;
    const server = createServer();
    try {
      server.listen(port, "127.0.0.1");
      await once(server, "listening");
      held.push(server);
    } catch (error) {
      faults.push(
        `the local ${part} cannot listen on port ${port} of 127.0.0.1 (${(error as NodeJS.ErrnoException).code}): choose another, or 0 for any free port`,
      );
    }
  }
  for (const server of held) {
    server.close();
    await once(server, "close");
  }
  if (faults.length > 0) throw new Error(faults.join("\n"));
}

/**
 * What serves the hosts of the account's tunnels, guessed by their names; and
 * those that Caddy knows already while no tunnel leads to them.
 */
function publicHosts(account: Account): Record<string, OriginKind> {
  const hosts: Record<string, OriginKind> = {};
  for (const { name } of account.zones.values())
    for (const label of ["comfyui", "n8n", "chat"])
      hosts[`${label}.${name}`] = kindOf(`${label}.${name}`);
  for (const { configuration } of account.tunnels.values())
    for (const { hostname, service } of configuration.config?.ingress ?? [])
      if (hostname && !hostname.includes("*"))
        hosts[hostname] = kindOf(`${hostname} ${service}`);
  return hosts;
}

function kindOf(names: string): OriginKind {
  if (names.includes("comfy")) return "comfyui";
  if (names.includes("n8n")) return "n8n";
  return /open-?webui|^chat\./.test(names) ? "open-webui" : "page";
}
