import { Cloudflare } from "../../../account/cloudflare";
import type { Account } from "../../../local/account";
import { loadAccount } from "../../../local/account-file";
import { createApi, type Api } from "../../../local/api/api";
import type { Switches } from "../../../local/switches";

export const DEPLOY_TOKEN = "rehearsal-only-cloudflare-deploy-token-00001";
export const REVIEW_TOKEN = "rehearsal-only-cloudflare-review-token-00002";
export const ACCOUNT_TOKEN = "rehearsal-only-cloudflare-account-token-00003";

export interface Cloud {
  readonly account: Account;
  readonly api: Api;
  /** Cloudflare's own SDK, talking to the API without a socket. */
  readonly client: Cloudflare;
  /** What calls of the account take first. */
  readonly at: { account_id: string };
  readonly zoneId: string;
  readonly tunnelId: string;
  /** Moves the account's clock. */
  pass(milliseconds: number): void;
  /** A client with another token. */
  clientWith(apiToken: string): Cloudflare;
  /** A request that the SDK would not make; the path follows `/client/v4`. */
  raw(
    method: string,
    path: string,
    options?: { headers?: Record<string, string>; body?: string },
  ): Promise<{ status: number; body: RawBody; headers: Headers }>;
}

interface RawBody {
  success: boolean;
  errors: {
    code: number;
    message: string;
    documentation_url?: string;
    error_chain?: { code: number; message: string }[];
  }[];
  messages: { code: number; message: string }[];
  result: unknown;
  result_info?: Record<string, number>;
}

export const HOUR = 3_600_000;

/** An account with a clock that stands at noon and ids that count up. */
export function cloud(
  file: "guide" | "empty" = "guide",
  switches: Partial<Switches> = {},
): Cloud {
  let time = Date.parse("2026-11-24T12:00:00Z");
  let count = 0;
  const account = loadAccount(file, {
    now: () => new Date(time),
    newId: () => {
      count += 1;
      const [first, last] = [count % 0xffff, count].map((n) => n.toString(16));
      return `${first!.padStart(8, "5")}-0000-4000-8000-${last!.padStart(12, "0")}`;
    },
    switches,
  });
  const api = createApi(account);

  function clientWith(apiToken: string): Cloudflare {
    return new Cloudflare({
      apiToken,
      baseURL: "http://127.0.0.1/client/v4",
      maxRetries: 0,
      fetch: (url, init) => api.handle(new Request(url, init as RequestInit)),
    });
  }

  return {
    account,
    api,
    client: clientWith(DEPLOY_TOKEN),
    at: { account_id: account.id },
    zoneId: [...account.zones.keys()][0]!,
    tunnelId: [...account.tunnels.keys()][0]!,
    pass(milliseconds) {
      time += milliseconds;
    },
    clientWith,
    async raw(method, path, { headers, body } = {}) {
      const answer = await api.handle(
        new Request(`http://127.0.0.1/client/v4${path}`, {
          method,
          headers: headers ?? { authorization: `Bearer ${DEPLOY_TOKEN}` },
          body,
        }),
      );
      return {
        status: answer.status,
        headers: answer.headers,
        body: (await answer.json()) as RawBody,
      };
    },
  };
}

type AppParams = Parameters<
  Cloudflare["zeroTrust"]["access"]["applications"]["create"]
>[0];

/** Creates an application; the SDK's types know one shape for each type of it. */
export function makeApp(
  { client, at }: Cloud,
  settings: Record<string, unknown> = {},
) {
  return client.zeroTrust.access.applications.create({
    ...at,
    name: "ComfyUI",
    type: "self_hosted",
    domain: "comfyui.datacrew.space",
    ...settings,
  } as AppParams) as Promise<unknown> as Promise<App>;
}

/** Replaces an application. */
export function updateApp(
  { client, at }: Cloud,
  id: string,
  settings: Record<string, unknown>,
) {
  return client.zeroTrust.access.applications.update(id, {
    ...at,
    type: "self_hosted",
    ...settings,
  } as Parameters<
    Cloudflare["zeroTrust"]["access"]["applications"]["update"]
  >[1]) as Promise<unknown> as Promise<App>;
}

/** An application as the API answers with it. */
export interface App {
  id: string;
  aud: string;
  domain: string;
  policies: { id: string; precedence: number; [key: string]: unknown }[];
  [key: string]: unknown;
}

/** Creates a policy for everyone. */
export async function makePolicy(
  { client, at }: Cloud,
  name = "Staff",
): Promise<string> {
  const policy = await client.zeroTrust.access.policies.create({
    ...at,
    name,
    decision: "allow",
    include: [{ everyone: {} }],
  });
  return policy.id!;
}

/** Everything a list has, over all its pages. */
export async function all<T>(list: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of list) items.push(item);
  return items;
}

/** The status, first code and first message with which a call was refused. */
export async function refusal(
  call: Promise<unknown>,
): Promise<{ status: number; code: number; message: string }> {
  const outcome = await call.then(
    () => "was not refused",
    (error: unknown) => error,
  );
  if (!(outcome instanceof Cloudflare.APIError)) throw outcome;
  const [first] = outcome.errors;
  return {
    status: outcome.status as number,
    code: first!.code as number,
    message: first!.message as string,
  };
}
