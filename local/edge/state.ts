import { createHmac, timingSafeEqual } from "node:crypto";
import { authDomain, type Destination, type Team } from "./team";

/** What `state` carries through Google and back. */
interface StatePayload {
  readonly iat: number;
  readonly authDomain: string;
  readonly hostname: string;
  readonly redirectURL: string;
  readonly aud: string;
  readonly nonce: string;
  readonly idpId?: string;
  readonly appSessionHash?: string;
  readonly isIDPTest: false;
  readonly isRefresh: false;
  readonly auth_status: "NONE";
  readonly is_warp: false;
  readonly is_gateway: false;
}

/**
 * OAuth's `state`: 64 hexadecimal digits, a dot, and JSON, URL-encoded and in
 * base64. The digits sign the JSON together with the browser's session, so
 * that nobody can end a login that another began.
 */
export function writeState(
  { account, stateKey, tokens }: Team,
  destination: Destination,
  nonce: string,
  browserSession: string,
  idpId?: string,
): string {
  const payload: StatePayload = {
    iat: tokens.seconds(),
    authDomain: authDomain(account),
    hostname: destination.hostname,
    redirectURL: destination.redirectUrl,
    aud: account.applications.get(destination.applicationId)?.aud ?? "",
    nonce,
    ...(idpId !== undefined && { idpId }),
    ...(destination.appSessionHash !== undefined && {
      appSessionHash: destination.appSessionHash,
    }),
    isIDPTest: false,
    isRefresh: false,
    auth_status: "NONE",
    is_warp: false,
    is_gateway: false,
  };
  const text = Buffer.from(
    encodeURIComponent(JSON.stringify(payload)),
  ).toString("base64");
  return `${signature(text, stateKey, browserSession)}.${text}`;
}

/** The payload of a state that this browser was given and nobody has changed. */
export function readState(
  state: string,
  { stateKey }: Team,
  browserSession: string,
): { readonly nonce: string } | undefined {
  const [given = "", text = ""] = state.split(".");
  const wanted = Buffer.from(signature(text, stateKey, browserSession));
  const presented = Buffer.from(given);
  if (presented.length !== wanted.length || !timingSafeEqual(presented, wanted))
    return undefined;
  return JSON.parse(
    decodeURIComponent(Buffer.from(text, "base64").toString()),
  ) as StatePayload;
}

function signature(text: string, key: Buffer, browserSession: string): string {
  return createHmac("sha256", key)
    .update(`${browserSession}.${text}`)
    .digest("hex");
}
