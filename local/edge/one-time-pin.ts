import { randomInt } from "node:crypto";
import type { IdentityProvider } from "../account-objects";
import { html, type Answer } from "./answer";
import { decideFor } from "./decide";
import { cookieOf, type EdgeRequest } from "./edge-request";
import { finishLogin } from "./finish-login";
import { addressPage, codePage, messagePage } from "./pages";
import { readState } from "./state";
import type { PendingLogin, Team } from "./team";

/** Where the page is that asks for the address, and for the code. */
export const ONE_TIME_PIN = "/cdn-cgi/access/one-time-pin";
/** Binds a login to the browser that began it. */
export const LOGIN_SESSION = "CF_Session";
const MOST_TRIES = 5;
const MOST_BYTES = 10_000;

/** A code that was sent, and is waited for. */
export interface SentPin {
  readonly email: string;
  readonly code: string;
  tries: number;
}

/**
 * A login by a code that is sent by mail. Whoever no policy would let in gets
 * the same page and no mail.
 *
 * @see https://developers.cloudflare.com/cloudflare-one/integrations/identity-providers/one-time-pin/
 */
export async function oneTimePin(
  request: EdgeRequest,
  team: Team,
): Promise<Answer> {
  const browserSession = cookieOf(request, LOGIN_SESSION);
  const state = request.query.get("state") ?? "";
  const nonce = browserSession && readState(state, team, browserSession)?.nonce;
  const pending = nonce ? team.pendingLogins.peek(nonce) : undefined;
  const provider =
    pending && team.account.identityProviders.get(pending.identityProviderId);
  if (!nonce || pending === undefined || provider?.type !== "onetimepin")
    return html(400, messagePage("Invalid login session"));
  if (request.method !== "POST") return html(200, addressPage());

  const form = await readForm(request);
  const email = form.get("email")?.trim();
  if (email !== undefined) {
    if (!/^[^\s@]+@[^\s@]+$/.test(email))
      return html(400, addressPage(`"${email}" is no e-mail address.`));
    const sent = { email, code: newCode(), tries: 0 };
    team.sentPins.put(nonce, sent);
    if (isExpected(request, team, pending, provider, email))
      team.mail({ to: email, code: sent.code });
    return html(200, codePage(email));
  }
  const sent = team.sentPins.peek(nonce);
  if (sent === undefined)
    return html(400, addressPage("The code has expired: ask for another."));
  if (form.get("code")?.trim() !== sent.code) {
    sent.tries += 1;
    if (sent.tries < MOST_TRIES)
      return html(400, codePage(sent.email, "That code is not valid."));
    team.sentPins.take(nonce);
    return html(400, addressPage("Too many tries: ask for another code."));
  }
  team.sentPins.take(nonce);
  team.pendingLogins.take(nonce);
  return finishLogin(request, team, pending.destination, provider, {
    email: sent.email,
    name: sent.email,
  });
}

function newCode(): string {
  return String(randomInt(1_000_000)).padStart(6, "0");
}

/** Whether the application would let in whoever has this address. */
function isExpected(
  request: EdgeRequest,
  { account }: Team,
  { destination }: PendingLogin,
  { id, type }: IdentityProvider,
  email: string,
): boolean {
  const decision = decideFor(account, {
    host: destination.hostname,
    path: destination.redirectUrl,
    ip: request.ip,
    country: request.country,
    identity: { email: email.toLowerCase(), idp: { id, type } },
  });
  return decision.outcome === "pass" && decision.how === "identity";
}

async function readForm({ req }: EdgeRequest): Promise<URLSearchParams> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) break;
    chunks.push(chunk);
  }
  return new URLSearchParams(Buffer.concat(chunks).toString());
}
