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
}

const AGAIN = "Run the same command again: it goes on where it was.";

/** A call that did not succeed: which one, why, and what to do. */
export class CallFailure extends ProviderError {
  /** How often it was tried. */
  constructor(
    private readonly facts: Facts,
    tries = 1,
  ) {
    const often = tries > 1 ? ` (tried ${tries} times)` : "";
    super(
      `Cloudflare: ${facts.what}${often}`,
      `${facts.call}\n${facts.remedy}`,
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
      what: `answered ${status}${said && `: ${said}`}`,
      remedy: remedyFor(status, retryAfterMs),
      passing:
        status === 403 || status === 408 || status === 429 || status >= 500,
      retryAfterMs,
    });
  }

  /** The connection failed before or after the call had its effect. */
  static noAnswer(call: string, error: unknown): CallFailure {
    // fetch wraps what the system says.
    const { cause = error } = error as { cause?: unknown };
    const why = cause instanceof Error ? cause.message : String(cause);
    const code = codeOf(cause);
    return new CallFailure({
      call,
      what: `the connection was lost: ${[code, why].filter(Boolean).join(" ")}`,
      remedy: `Check the network, and CLOUDFLARE_BASE_URL if you have set it. ${AGAIN}`,
      passing: true,
    });
  }

  static slow(call: string, timeoutMs: number): CallFailure {
    return new CallFailure({
      call,
      what: `no answer within ${timeoutMs / 1000} s`,
      remedy: AGAIN,
      passing: true,
    });
  }

  /** Someone else wrote right after us and our change is gone. */
  static undone(version: number, now: number | undefined): CallFailure {
    return new CallFailure({
      call: `Our change was version ${version} of the tunnel's configuration, the present one is ${now ?? "unknown"}.`,
      what: "someone else wrote the tunnel's configuration at the same moment and undid our change",
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

  get passing(): boolean {
    return this.facts.passing;
  }

  get retryAfterMs(): number | undefined {
    return this.facts.retryAfterMs;
  }

  /** The same failure, not to be tried again. */
  givenUp(tries: number): CallFailure {
    return new CallFailure({ ...this.facts, passing: false }, tries);
  }
}

function remedyFor(status: number, retryAfterMs = 0): string {
  if (status === 401 || status === 403)
    return `The API token needs the account permission "Cloudflare Tunnel: Edit" for this account (dash.cloudflare.com, My Profile, API Tokens). If it has it, Cloudflare is holding it back for a while. ${AGAIN}`;
  if (status === 404)
    return "Check account_id and tunnel_id: the account has no such tunnel.";
  if (status === 429)
    return `Cloudflare takes 1,200 calls in five minutes from one user. Run the same command again in ${Math.ceil(retryAfterMs / 1000) || 300} seconds.`;
  if (status >= 500)
    return `Something is wrong at Cloudflare: see https://www.cloudflarestatus.com. ${AGAIN}`;
  return "Nothing was written. Correct what the answer names, then run the same command again.";
}

/** Milliseconds in a Retry-After header; undefined without one. */
function waitOf(header: string | null): number | undefined {
  if (header === null) return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return seconds * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}
