import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { decodeJwt } from "jose";
import { refusalReasons } from "../client/refusal";
import {
  pairOf,
  secretUnknown,
  tokenHeaders,
} from "../probe/checks/token-works";
import type { Deployed, World } from "../probe/world";
import { UsageError } from "../base/usage-error";
import type { Observation } from "./proof";

const COOKIE = "CF_Authorization";

/** A session that was good before the revocation, to be tried after it. */
export interface TestSession {
  /** Whose it is, for people. */
  readonly of: string;
  /** What came back while it was good. */
  readonly before: string;
  /** Whether Access still takes it, and what came back. */
  try(): Promise<{ readonly good: boolean; readonly seen: string }>;
}

/** The end of a session as it is seen by trying it. */
export function observationOf(session: TestSession): Observation {
  const { before, of } = session;
  return {
    of,
    before,
    async look() {
      const { good, seen } = await session.try();
      return { ended: !good, seen };
    },
  };
}

/** There is no session; the message says why. */
export class NoTestSession extends Error {
  override readonly name = "NoTestSession";
}

type Ask = Pick<World, "ask">;
type Service = Pick<
  Deployed,
  "apiPath" | "aud" | "hostname" | "name" | "token"
>;

/** A session that begins in the second of an earlier revocation may count as before it. */
const ATTEMPTS = 3;
const PAUSE = 1000;

/**
 * The session that Access gives to a service token beside its answer. It ends
 * with the others of its application, while the token itself works on.
 *
 * @throws NoTestSession
 * @see https://developers.cloudflare.com/cloudflare-one/access-controls/service-credentials/service-tokens/
 */
export async function serviceTokenSession(
  service: Service,
  world: Ask,
): Promise<TestSession> {
  for (let attempt = 1; ; attempt++) {
    const cookie = await cookieOfToken(service, world);
    const found = testSession(
      "the service token's session",
      cookie,
      service,
      world,
    );
    const { good, seen } = await found.try();
    if (good) return { ...found, before: seen };
    if (attempt === ATTEMPTS) throw notGood(found.of, seen);
    await sleep(PAUSE);
  }
}

async function cookieOfToken(
  { apiPath, hostname, name, token }: Service,
  world: Ask,
): Promise<string> {
  if (token === undefined)
    throw new NoTestSession("the service has no token for the whole host");
  const pair = pairOf(token);
  if (pair === undefined) throw new NoTestSession(secretUnknown(name, token));
  const answer = await world
    .ask(`https://${hostname}${apiPath}`, { headers: tokenHeaders(pair) })
    .catch((error: Error) => {
      throw new NoTestSession(
        `${hostname} can't be reached from here (${error.message})`,
      );
    });
  if (refused(answer))
    throw new NoTestSession(
      `the service token is refused (${answer.status}), so it gets no session to check`,
    );
  const cookie = answer.headers
    .getSetCookie()
    .map((line) => /^CF_Authorization=([^;]+)/.exec(line)?.[1])
    .find((value) => value !== undefined);
  if (cookie !== undefined) return cookie;
  throw new NoTestSession(
    "Access issues no session for the service token: strict service token authentication is on, or only service tokens are admitted",
  );
}

/**
 * A session that someone took from a browser: the value of its cookie
 * `CF_Authorization`.
 *
 * @param file that holds it; `-` is standard input
 * @param person whose session it has to be. @default - anybody's
 * @throws UsageError where it is none of this service, or of someone else
 */
export async function givenSession(
  file: string,
  service: Service,
  world: Ask,
  person?: string,
): Promise<TestSession> {
  const cookie = readCookie(file);
  const { aud, email } = claimsOf(cookie, file);
  const faults = [
    !aud.includes(service.aud) &&
      `--session is a session of an application other than ${service.hostname}`,
    person !== undefined &&
      email.toLowerCase() !== person.toLowerCase() &&
      `--session is a session of ${email || "a machine"}, not of ${person}`,
  ].filter((fault) => typeof fault === "string");
  if (faults.length > 0) throw new UsageError("npm run revoke", faults);
  const found = testSession(
    `the session in ${file === "-" ? "standard input" : file}`,
    cookie,
    service,
    world,
  );
  const { good, seen } = await found.try();
  if (good) return { ...found, before: seen };
  throw new UsageError("npm run revoke", [
    `--session: ${notGood(found.of, seen).message}: use the cookie of a logged-in browser`,
  ]);
}

/** What was never good can't be seen to end. */
function notGood(of: string, seen: string): NoTestSession {
  return new NoTestSession(
    `${of} was not valid even before the revocation (${seen})`,
  );
}

function testSession(
  of: string,
  cookie: string,
  { apiPath, hostname }: Service,
  world: Ask,
): Omit<TestSession, "before"> {
  return {
    of,
    async try() {
      const answer = await world.ask(`https://${hostname}${apiPath}`, {
        headers: { cookie: `${COOKIE}=${cookie}` },
      });
      return {
        good: !refused(answer),
        seen: `${answer.status} at ${apiPath}`,
      };
    },
  };
}

function refused({
  headers,
  status,
}: {
  readonly headers: Headers;
  readonly status: number;
}): boolean {
  const plain = Object.fromEntries(headers);
  return refusalReasons(status, plain, false) !== undefined;
}

function readCookie(file: string): string {
  let text: string;
  try {
    text = readFileSync(file === "-" ? 0 : file, "utf8");
  } catch (error) {
    throw new UsageError("npm run revoke", [
      `cannot read "${file}" given to --session: ${(error as Error).message}`,
    ]);
  }
  return text.trim().replace(/^CF_Authorization=/, "");
}

/** Unverified: Access itself tells whether it is good. */
function claimsOf(
  cookie: string,
  file: string,
): { aud: readonly string[]; email: string } {
  try {
    const { aud = [], email } = decodeJwt(cookie);
    return {
      aud: [aud].flat(),
      email: typeof email === "string" ? email : "",
    };
  } catch {
    throw new UsageError("npm run revoke", [
      `--session: ${file === "-" ? "standard input" : `"${file}"`} does not contain a ${COOKIE} cookie`,
    ]);
  }
}
