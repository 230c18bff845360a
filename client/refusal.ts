import { decodeJwt } from "jose";

/**
 * Why Access lets a machine not through: no pair was sent, no token has this
 * pair, the token's time is over (or it is switched off), or no Service Auth
 * policy of the application names it.
 */
export type RefusalReason = "missing" | "wrong" | "expired" | "not admitted";

const EXPLANATIONS: Readonly<Record<RefusalReason, string>> = {
  missing: "no service token was sent",
  wrong: "no service token has this id and secret",
  expired: "the service token has expired or is switched off",
  "not admitted":
    "the token is valid, and no Service Auth policy of the application names it",
};

/** The reasons as a part of a sentence. */
export function explainReasons(reasons: readonly RefusalReason[]): string {
  return reasons.map((reason) => EXPLANATIONS[reason]).join("; or ");
}

/** Access refused a request before it reached the service. */
export class AccessRefusedError extends Error {
  constructor(
    /** Of the request, without its query. */
    readonly url: string,
    /** Of Access's answer: 302 to the login page, 401 or 403. */
    readonly status: number,
    /** What it can have been; one where the answer tells. */
    readonly reasons: readonly RefusalReason[],
  ) {
    super(`Access refused ${url} (${status}): ${explainReasons(reasons)}`);
    this.name = "AccessRefusedError";
  }
}

/** Headers of an answer, with lower-case names. */
export type AnswerHeaders = Readonly<
  Record<string, string | readonly string[] | undefined>
>;

/**
 * Tells from an answer whether Access gave it and why; undefined for answers
 * of the service, which may well be 401 or 403 too.
 *
 * With a pair sent, a login redirect says in its `meta` whether the token is
 * valid. A 401 is the answer to an invalid token where the organisation is
 * strict, and where the application has `service_auth_401_redirect` also to one
 * that is not admitted. A 403 can be each of them where only machines may enter.
 *
 * @see https://developers.cloudflare.com/cloudflare-one/access-controls/service-credentials/service-tokens/
 */
export function refusalReasons(
  status: number,
  headers: AnswerHeaders,
  pairSent: boolean,
): readonly RefusalReason[] | undefined {
  const login = status === 302 ? loginUrl(headers.location) : undefined;
  if (!login && !(isRefusal(status) && isFromAccess(headers))) return undefined;
  if (!pairSent) return ["missing"];
  if (login && tokenIsValid(login)) return ["not admitted"];
  return ["wrong", "expired", "not admitted"];
}

function isRefusal(status: number): boolean {
  return status === 401 || status === 403;
}

function isFromAccess(headers: AnswerHeaders): boolean {
  return (
    headers["cf-access-aud"] !== undefined ||
    [headers["www-authenticate"] ?? []]
      .flat()
      // Managed OAuth: `Bearer resource_metadata=".../cloudflare-access-…"`.
      .some((challenge) => /\bCloudflare-Access\b/i.test(challenge))
  );
}

function loginUrl(location: AnswerHeaders[string]): URL | undefined {
  const [target] = [location ?? []].flat();
  if (target === undefined || !URL.canParse(target)) return undefined;
  const url = new URL(target);
  return url.pathname.startsWith("/cdn-cgi/access/login") ? url : undefined;
}

/** Unverified: it words a message and grants nothing. */
function tokenIsValid(login: URL): boolean {
  try {
    const meta = decodeJwt(login.searchParams.get("meta") ?? "");
    return meta.service_token_status === true;
  } catch {
    return false;
  }
}
