import {
  createLocalJWKSet,
  errors,
  jwtVerify,
  type JSONWebKeySet,
  type JWTPayload,
  type JWTVerifyOptions,
  type JWTVerifyResult,
} from "jose";
import { tokenDemand } from "../../ingress/token-demand";
import type { IngressRule } from "../account-objects";

/** What a connector does with a request after looking at its token. */
export type AccessCheck =
  | { readonly passes: true }
  | {
      readonly passes: false;
      /** 403 for no token or another application's; 502 for one that can't be trusted. */
      readonly status: 403 | 502;
      readonly reason: string;
    };

export interface AccessCheckOptions {
  /** The keys of the team's `/cdn-cgi/access/certs`. */
  readonly certs: () => Promise<JSONWebKeySet> | JSONWebKeySet;
  readonly now: () => Date;
}

/** How early a token may arrive before its `nbf`, in seconds. */
const CLOCK_SKEW_SECONDS = 5 * 60;

/**
 * Checks a request's `Cf-Access-Jwt-Assertion` as cloudflared does. Only the
 * rule's own `originRequest.access` counts: one at the top of the document is
 * a default that nothing enforces.
 *
 * @see https://developers.cloudflare.com/cloudflare-one/networks/connectors/cloudflare-tunnel/configure-tunnels/cloudflared-parameters/origin-parameters/#access
 */
export async function checkAccess(
  rule: IngressRule,
  assertion: string | undefined,
  { certs, now }: AccessCheckOptions,
): Promise<AccessCheck> {
  const demand = tokenDemand(rule);
  if (demand === undefined) return { passes: true };
  if (!assertion) return refused(403, "no access token in request");

  let payload: JWTPayload;
  try {
    payload = await verify(assertion, demand.team, await certs(), now());
  } catch (error) {
    return refused(502, error instanceof Error ? error.message : String(error));
  }
  const audience = [payload.aud ?? []].flat();
  return audience.some((aud) => demand.auds.includes(aud))
    ? { passes: true }
    : refused(403, `Invalid token in jwt: ${audience.join(" ")}`);
}

function refused(status: 403 | 502, reason: string): AccessCheck {
  return { passes: false, status, reason };
}

/** Signature, issuer, then times, as go-oidc checks an ID token. */
async function verify(
  assertion: string,
  teamName: string,
  certs: JSONWebKeySet,
  now: Date,
): Promise<JWTPayload> {
  const issuer = `https://${teamName}.cloudflareaccess.com`;
  // jose would allow the same skew at the end; there cloudflared allows none.
  const { payload } = await verifyByAnyKey(assertion, certs, {
    algorithms: ["RS256"],
    issuer,
    requiredClaims: ["exp"],
    currentDate: now,
    clockTolerance: CLOCK_SKEW_SECONDS,
  });
  if (payload.exp! * 1000 < now.getTime())
    throw new errors.JWTExpired('"exp" claim timestamp check failed', payload);
  return payload;
}

/** Each keeps the keys that it has read. */
const keySets = new WeakMap<
  JSONWebKeySet,
  ReturnType<typeof createLocalJWKSet>
>();

function keySetOf(certs: JSONWebKeySet): ReturnType<typeof createLocalJWKSet> {
  const known = keySets.get(certs) ?? createLocalJWKSet(certs);
  keySets.set(certs, known);
  return known;
}

/** By the key that the token names or, where it names none, by each of the team's. */
async function verifyByAnyKey(
  assertion: string,
  certs: JSONWebKeySet,
  options: JWTVerifyOptions,
): Promise<JWTVerifyResult> {
  try {
    return await jwtVerify(assertion, keySetOf(certs), options);
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
    for await (const key of error) {
      try {
        return await jwtVerify(assertion, key, options);
      } catch (failure) {
        if (!(failure instanceof errors.JWSSignatureVerificationFailed))
          throw failure;
      }
    }
    throw new errors.JWSSignatureVerificationFailed();
  }
}
