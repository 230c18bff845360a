import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { decodeJwt } from "jose";
import { refusalReasons } from "../client/refusal";
import { tokenHeaders } from "../probe/checks/token-works";
import type { Deployed, World } from "../probe/world";
import { UsageError } from "../settings";
import type { Observation } from "./proof";

const COOKIE = "CF_Authorization";

/** A session that was good before the revocation, to be tried after it. */
export interface Witness {
  /** Whose it is, for people. */
  readonly of: string;
  /** What came back while it was good. */
  readonly before: string;
  /** Whether Access still takes it, and what came back. */
  try(): Promise<{ readonly good: boolean; readonly seen: string }>;
}

/** The end of a session as it is seen by trying it. */
export function observationOf(witness: Witness): Observation {
  const { before, of } = witness;
  return {
    of,
    before,
    async look() {
      const { good, seen } = await witness.try();
      return { ended: !good, seen };
    },
  };
}

/** There is no witness; the message says why. */
export class NoWitness extends Error {
  override readonly name = "NoWitness";
}

type Ask = Pick<World, "ask">;
type Service = Pick<Deployed, "apiPath" | "aud" | "hostname" | "token">;

/** A session that begins in the second of an earlier revocation may count as before it. */
const ATTEMPTS = 3;
const PAUSE = 1000;

/**
 * The session that Access gives to a service token beside its answer. It ends
 * with the others of its application, while the token itself works on.
 *
 * @throws NoWitness
 * @see https://developers.cloudflare.com/cloudflare-one/access-controls/service-credentials/service-tokens/
 */
export async function serviceTokenSession(
  service: Service,
  world: Ask,
): Promise<Witness> {
  for (let attempt = 1; ; attempt++) {
    const cookie = await cookieOfToken(service, world);
    const found = witness(
      "a session of the service token",
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
  { apiPath, hostname, token }: Service,
  world: Ask,
): Promise<string> {
  if (token === undefined) throw new NoWitness("the service has no token");
  const answer = await world
    .ask(`https://${hostname}${apiPath}`, { headers: tokenHeaders(token) })
    .catch((error: Error) => {
      throw new NoWitness(
        `${hostname} can't be reached from here (${error.message})`,
      );
    });
  if (refused(answer))
    throw new NoWitness(
      `the service token is refused (${answer.status}), so that it gets no session to try`,
    );
  const cookie = answer.headers
    .getSetCookie()
    .map((line) => /^CF_Authorization=([^;]+)/.exec(line)?.[1])
    .find((value) => value !== undefined);
  if (cookie !== undefined) return cookie;
  throw new NoWitness(
    "Access gives the service token no session: strict service token authentication is on, or nobody but machines may enter",
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
): Promise<Witness> {
  const cookie = readCookie(file);
  const { aud, email } = claimsOf(cookie, file);
  const faults = [
    !aud.includes(service.aud) &&
      `--witness is a session of another application than ${service.hostname}`,
    person !== undefined &&
      email.toLowerCase() !== person.toLowerCase() &&
      `--witness is a session of ${email || "a machine"}, not of ${person}`,
  ].filter((fault) => typeof fault === "string");
  if (faults.length > 0) throw new UsageError("npm run revoke", faults);
  const found = witness(
    `the session in ${file === "-" ? "standard input" : file}`,
    cookie,
    service,
    world,
  );
  const { good, seen } = await found.try();
  if (good) return { ...found, before: seen };
  throw new UsageError("npm run revoke", [
    `--witness: ${notGood(found.of, seen).message}: take the cookie of a browser that is logged in`,
  ]);
}

/** What was never good can't be seen to end. */
function notGood(of: string, seen: string): NoWitness {
  return new NoWitness(`${of} is not good even before (${seen})`);
}

function witness(
  of: string,
  cookie: string,
  { apiPath, hostname }: Service,
  world: Ask,
): Omit<Witness, "before"> {
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
      `--witness names "${file}", which can't be read: ${(error as Error).message}`,
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
      `--witness: ${file === "-" ? "standard input" : `"${file}"`} holds no value of the cookie ${COOKIE}`,
    ]);
  }
}
