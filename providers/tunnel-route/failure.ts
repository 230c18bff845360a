import { API_TOKENS } from "../../base/dashboard";
import { PAGE_INSTEAD } from "../../base/page-instead";
import { ProviderError } from "../../terraform-plugin/provider";
import { codeOf } from "./process";

/** An answer of the API, unwrapped. */
export interface Reply {
  readonly status: number;
  /** The header: seconds, or a date. */
  readonly retryAfter: string | null;
  readonly success: boolean;
  readonly result: unknown;
  readonly errors: readonly {
    readonly code: number;
    readonly message: string;
  }[];
}

interface Facts {
  readonly call: string;
  readonly what: string;
  readonly remedy: string;
  /** Trying again may help. */
  readonly passing: boolean;
  readonly status?: number;
  readonly codes?: readonly number[];
  readonly retryAfterMs?: number;
  /** Nobody knows whether it is still on its way. */
  readonly overdue?: boolean;
}

/** Statuses of somebody who has stopped waiting for the one that does the work. */
const TIMEOUTS = [408, 504, 522, 524];

const AGAIN = again();

function again(afterMs = 0): string {
  const when = afterMs > 0 ? ` in ${toSeconds(afterMs)} seconds` : "";
  return `Run the same command again${when} to continue.`;
}

function toSeconds(ms: number): number {
  return Math.ceil(ms / 1000);
}

/** A call that did not succeed: which one, why, and what to do. */
export class CallFailure extends ProviderError {
  /** @param earlier The tries before this one, a line for each. */
  constructor(
    private readonly facts: Facts,
    earlier: readonly string[] = [],
  ) {
    const often =
      earlier.length > 0 ? ` (tried ${earlier.length + 1} times)` : "";
    super(
      `Cloudflare: ${facts.what}${often}`,
      [
        facts.call,
        facts.remedy,
        ...(earlier.length > 0 ? ["Earlier attempts:", ...earlier] : []),
      ].join("\n"),
    );
  }

  /** There was an answer, and it says no. */
  static refused(call: string, reply: Reply): CallFailure {
    const { status, errors } = reply;
    const codes = errors.map((error) => error.code);
    const said = errors.map((e) => `${e.code} ${e.message}`).join("; ");
    const retryAfterMs = waitOf(reply.retryAfter);
    return new CallFailure({
      call,
      status,
      codes,
      what:
        `answered ${status}${said && `: ${said}`}` +
        (retryAfterMs
          ? ` and asks to retry after ${toSeconds(retryAfterMs)} s`
          : ""),
      remedy:
        status === 403 && codes.length === 0
          ? `${PAGE_INSTEAD}. ${again(retryAfterMs)}`
          : remedyFor(call, status, retryAfterMs),
      passing:
        status === 403 || status === 408 || status === 429 || status >= 500,
      retryAfterMs,
      overdue: TIMEOUTS.includes(status),
    });
  }

  /** The connection failed before or after the call had its effect. */
  static noAnswer(call: string, error: unknown, proxy?: URL): CallFailure {
    // fetch wraps what the system says.
    const { cause = error } = error as { cause?: unknown };
    const why = cause instanceof Error ? cause.message : String(cause);
    const code = codeOf(cause);
    return new CallFailure({
      call,
      what: `the connection was lost: ${[code, why].filter(Boolean).join(" ")}`,
      remedy: `Check the network${proxy ? `, the proxy ${proxy.host} (HTTPS_PROXY, HTTP_PROXY, NO_PROXY)` : ""}, and CLOUDFLARE_BASE_URL if you have set it. ${AGAIN}`,
      passing: true,
    });
  }

  static slow(call: string, timeoutMs: number): CallFailure {
    return new CallFailure({
      call,
      what: `no answer within ${timeoutMs / 1000} s`,
      remedy: AGAIN,
      passing: true,
      overdue: true,
    });
  }

  /** Someone else wrote right after us and our change is gone. */
  static undone(version: number, now: number | undefined): CallFailure {
    return new CallFailure({
      call: `Our change was version ${version} of the tunnel's configuration, the current one is ${now ?? "unknown"}`,
      what: "another writer changed the tunnel's configuration at the same moment and overwrote our change",
      remedy: AGAIN,
      passing: true,
    });
  }

  get status(): number | undefined {
    return this.facts.status;
  }

  get codes(): readonly number[] {
    return this.facts.codes ?? [];
  }

  /** Whether the call may have had its effect all the same. */
  get unanswered(): boolean {
    return this.facts.status === undefined || this.facts.status >= 500;
  }

  /** Whether the call may take effect later, over what was written since. */
  get overdue(): boolean {
    return this.facts.overdue ?? false;
  }

  get passing(): boolean {
    return this.facts.passing;
  }

  get retryAfterMs(): number | undefined {
    return this.facts.retryAfterMs;
  }

  /** `GET /accounts/...` */
  get call(): string {
    return this.facts.call;
  }

  /** `answered 500: 1100 ...` */
  get what(): string {
    return this.facts.what;
  }

  /** The same failure, not to be tried again after these earlier tries. */
  givenUp(earlier: readonly string[]): CallFailure {
    return new CallFailure({ ...this.facts, passing: false }, earlier);
  }
}

/** What a call is about, by its path: the permission it takes, and what a 404 means. */
const SUBJECTS = [
  {
    path: "/access/identity_providers",
    permission:
      'the account permission "Access: Organizations, Identity Providers, and Groups: Edit" for this account',
    missing: "Check account_id: the account has no such login method.",
  },
  {
    path: "/access/apps",
    permission:
      'the account permission "Access: Apps and Policies: Edit" for this account',
    missing: "Check account_id: the account has no such application.",
  },
  {
    path: "/dns_records",
    permission: 'the zone permission "DNS: Edit" for this zone',
    missing: "Check zone_id: the account has no such zone or record.",
  },
  {
    path: "",
    permission:
      'the account permission "Cloudflare Tunnel: Edit" for this account',
    missing: "Check account_id and tunnel_id: the account has no such tunnel.",
  },
] as const;

function remedyFor(call: string, status: number, retryAfterMs = 0): string {
  const subject = SUBJECTS.find(({ path }) => call.includes(path));
  if (status === 401 || status === 403)
    return `The API token needs ${subject?.permission} (${API_TOKENS}). If it has it, Cloudflare is throttling it temporarily. ${again(retryAfterMs)}`;
  if (status === 404 && subject) return subject.missing;
  if (status === 429)
    return `Cloudflare allows 1,200 calls per user in five minutes. ${again(retryAfterMs || 300_000)}`;
  if (status >= 500)
    return `Cloudflare has a problem: see https://www.cloudflarestatus.com. ${again(retryAfterMs)}`;
  return "Nothing was written. Fix what the response names, then run the same command again.";
}

/** Milliseconds in a Retry-After header; undefined without one. */
function waitOf(header: string | null): number | undefined {
  if (header === null) return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return seconds * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}
