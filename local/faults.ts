import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Account } from "./account";
import type { IngressRule } from "./account-objects";
import { DROP, type ApiCall, type CallListener } from "./api/calls";
import { ApiError } from "./api/envelope";
import { invalidAccessRequest } from "./api/errors";
import { rateLimitHeaders } from "./api/rate-limit";

/**
 * How often the API fails. Chances are from 0 to 1 per call.
 */
export interface FaultRates {
  /** Longest delay of an answer, in milliseconds; each is drawn anew. @default 0 */
  readonly latency?: number;
  /** 429 with a `Retry-After` of one second. @default 0 */
  readonly shortRateLimit?: number;
  /** 429 with the `Retry-After` of 300 seconds that Cloudflare's limit has. @default 0 */
  readonly longRateLimit?: number;
  /** 403 for a token that is in order, as Access throttles at times. @default 0 */
  readonly throttle?: number;
  /** 500, 502 or 503 without an effect. @default 0 */
  readonly serverError?: number;
  /** The connection is cut before the call has an effect. @default 0 */
  readonly dropBefore?: number;
  /** The connection is cut after a call that took effect. @default 0 */
  readonly dropAfter?: number;
  /**
   * How many writes of an application are refused because a policy that was
   * made a moment ago is not known everywhere yet.
   *
   * @default 0
   */
  readonly latePolicies?: number;
  /** Someone else writes the tunnel's configuration right after it was read. @default 0 */
  readonly otherWriter?: number;
}

/** Faults that a client which tries again gets through. */
export const PASSING_FAULTS: FaultRates = {
  latency: 5,
  shortRateLimit: 0.02,
  serverError: 0.02,
  dropBefore: 0.02,
};

/** All of them. */
export const ALL_FAULTS: FaultRates = {
  latency: 20,
  shortRateLimit: 0.05,
  longRateLimit: 0.02,
  throttle: 0.05,
  serverError: 0.05,
  dropBefore: 0.03,
  dropAfter: 0.03,
  latePolicies: 1,
  otherWriter: 0.1,
};

/**
 * Faults for an API, to be given to `api.onCall`. What happens to a call hangs
 * on the seed, the call's method and path, and how many such calls there were
 * before: calls that run beside each other do not disturb it.
 *
 * @param seed print it with a failure to see the same faults again
 */
export function faults(
  account: Account,
  seed: number,
  rates: FaultRates,
): CallListener {
  const seen = new Map<string, number>();
  const draws = new WeakMap<ApiCall, (fault: string) => number>();
  /** Policies that are new, with the refusals they still cause. */
  const late = new Map<string, number>();

  function drawsFor(call: ApiCall): (fault: string) => number {
    const key = `${call.method} ${withoutIds(call.path)}`;
    const count = seen.get(key) ?? 0;
    seen.set(key, count + 1);
    return (fault) => draw(`${seed} ${key} ${count} ${fault}`);
  }

  return {
    async before(call) {
      const chance = drawsFor(call);
      draws.set(call, chance);
      const happens = (fault: keyof FaultRates): boolean =>
        chance(fault) < (rates[fault] ?? 0);

      await sleep(chance("latency") * (rates.latency ?? 0));
      if (happens("dropBefore")) return DROP;
      if (happens("longRateLimit")) return rateLimited(300);
      if (happens("shortRateLimit")) return rateLimited(1);
      if (happens("throttle") && call.path.includes("/access/")) {
        return new ApiError(403, 10000, "Authentication error").toResponse();
      }
      if (happens("serverError")) {
        const status = [500, 502, 503][Math.floor(chance("status") * 3)] ?? 500;
        return new ApiError(status, 1100, "Internal error").toResponse();
      }
      return refuseLatePolicy(call, late);
    },

    async after(call, answer) {
      const chance = draws.get(call);
      if (chance === undefined || !answer.ok) return undefined;
      if (isPolicyCreate(call)) {
        const { result } = (await answer.clone().json()) as PolicyAnswer;
        late.set(result.id, rates.latePolicies ?? 0);
      }
      const tunnel = readTunnel(call);
      if (
        tunnel !== undefined &&
        chance("otherWriter") < (rates.otherWriter ?? 0)
      ) {
        writeAsSomeoneElse(account, tunnel, `${chance("name")}`.slice(2, 8));
      }
      return chance("dropAfter") < (rates.dropAfter ?? 0) ? DROP : undefined;
    },
  };
}

interface PolicyAnswer {
  result: { id: string };
}

/** A number from 0 to 1 that hangs on the text alone. */
function draw(text: string): number {
  return createHash("sha256").update(text).digest().readUInt32BE() / 2 ** 32;
}

/** Ids are drawn anew in each run; the faults must not change with them. */
function withoutIds(path: string): string {
  return path.replace(/\/[0-9a-f-]{32,}(?=\/|$)/g, "/:id");
}

function rateLimited(seconds: number): Response {
  return new ApiError(
    429,
    971,
    "Please wait and consider throttling your request speed",
    {
      headers: {
        ...rateLimitHeaders(0, seconds),
        "retry-after": String(seconds),
        "x-ratelimit-reset": new Date(
          Date.now() + seconds * 1000,
        ).toUTCString(),
      },
    },
  ).toResponse();
}

function isPolicyCreate({ method, path }: ApiCall): boolean {
  return method === "POST" && path.endsWith("/access/policies");
}

function refuseLatePolicy(
  call: ApiCall,
  late: Map<string, number>,
): Response | undefined {
  const writesApp =
    ["POST", "PUT"].includes(call.method) &&
    /\/access\/apps(\/[^/]+)?$/.test(call.path);
  if (!writesApp) return undefined;
  const body = JSON.stringify(call.body ?? null);
  for (const [id, refusals] of late) {
    if (refusals > 0 && body.includes(id)) {
      late.set(id, refusals - 1);
      return invalidAccessRequest(`policy ${id} not found`).toResponse();
    }
  }
  return undefined;
}

function readTunnel({ method, path }: ApiCall): string | undefined {
  const match = /\/cfd_tunnel\/([^/]+)\/configurations$/.exec(path);
  return method === "GET" ? match?.[1] : undefined;
}

/** Adds a hostname as a person at the dashboard would. */
function writeAsSomeoneElse(account: Account, id: string, name: string): void {
  const tunnel = account.tunnels.get(id);
  if (tunnel === undefined) return;
  const { configuration } = tunnel;
  const config = structuredClone(configuration.config) ?? {};
  const rules = config.ingress ?? [];
  const catchAll = rules.pop() ?? { service: "http_status:404" };
  const zone = [...account.zones.values()][0]?.name ?? "example.com";
  const added: IngressRule = {
    hostname: `someone-${name}.${zone}`,
    service: "http://127.0.0.1:9",
    originRequest: {},
  };
  tunnel.configuration = {
    version: configuration.version + 1,
    config: { ...config, ingress: [...rules, added, catchAll] },
    source: "cloudflare",
    created_at: account.timestamp(),
  };
}
