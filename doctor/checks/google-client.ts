import { isOneTimePin } from "../../base/one-time-pin";
import type { Answer } from "../../probe/world";
import { NotKnown } from "../../account/not-known";
import { type DoctorCheck, notChecked, ok, warning } from "../check";
import type { AccountContext } from "../context";
import { PAGES } from "../pages";

const AUTHORIZATION = "https://accounts.google.com/o/oauth2/v2/auth";

/** What Google's error page says, and what to do about it. */
const REMEDIES = {
  redirect_uri_mismatch: (callback: string) =>
    `Add ${callback} to the client's authorized redirect URIs.`,
  invalid_client: () =>
    "Copy the client id again: Google knows no such client.",
  deleted_client: () => "The client was deleted: restore it or make another.",
} as const;

/**
 * Begins a login at Google, without anybody who logs in. Google's pages may
 * change, so this advises and never is a problem.
 */
export const googleClientCheck: DoctorCheck<AccountContext> = {
  id: "google-client",
  why: "Google refuses the login where the client or the team's callback is unknown to it. The client secret can't be tried like this.",
  page: PAGES.googleClients,
  async run({ account, outside, settings }) {
    const clientId =
      settings.loginMethod.googleClientId ??
      (await usedClient(account, settings));
    // Whoever logs in otherwise has nothing to do with Google.
    if (clientId === undefined) return [];
    const callback = `https://${await account.teamDomain()}/cdn-cgi/access/callback`;
    const query = new URLSearchParams({
      client_id: clientId,
      response_type: "code",
      scope: "openid email",
      redirect_uri: callback,
    });
    let answer: Answer;
    try {
      answer = await outside.ask(`${AUTHORIZATION}?${query}`);
    } catch (error) {
      return notChecked(
        `Google can't be asked from here (${(error as Error).message})`,
      );
    }
    const location = answer.headers.get("location");
    if (answer.status < 300 || answer.status > 399 || location === null)
      return notChecked(
        `Google answered ${answer.status}, which says nothing about the client`,
      );
    const refusal = refusalIn(new URL(location, AUTHORIZATION));
    if (refusal === undefined)
      return ok(`Google knows the client and takes ${callback}`);
    const fault = (Object.keys(REMEDIES) as (keyof typeof REMEDIES)[]).find(
      (known) => refusal.includes(known),
    );
    return fault
      ? warning(
          `Google refuses ${clientId}: ${fault}`,
          REMEDIES[fault](callback),
        )
      : warning(
          `Google refuses ${clientId}`,
          `Compare its type (Web application) and its redirect URI (${callback}).`,
        );
  },
};

/** The client of a login method that was made elsewhere; undefined where it is not Google's. */
async function usedClient(
  account: AccountContext["account"],
  { loginMethod: { name } }: AccountContext["settings"],
): Promise<string | undefined> {
  if (isOneTimePin(name)) return undefined;
  const method = (await account.loginMethods()).find((it) => it.name === name);
  if (method)
    return method.type.startsWith("google") ? method.clientId : undefined;
  throw new NotKnown(
    `there is no login method ${name} to take the client id from`,
  );
}

/** What Google packs into the address of its error page. */
function refusalIn(location: URL): string | undefined {
  const packed = location.searchParams.get("authError");
  return packed === null
    ? undefined
    : Buffer.from(packed, "base64").toString("latin1");
}
