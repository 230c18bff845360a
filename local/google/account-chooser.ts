import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import type { Provider } from "oidc-provider";
import type { Account } from "../account";
import { failurePage, chooserPage } from "./pages";
import { findByEmail, subjectOf } from "./people";
import { sendPage } from "./send";

/**
 * The page on which a person picks an account (GET), and what follows from the
 * pick (POST with `email`): the browser goes back to the login it came from.
 */
export async function accountChooser(
  provider: Provider,
  account: Account,
  request: IncomingMessage,
  response: ServerResponse,
  name = "Google",
): Promise<void> {
  // The cookie of this login, set when the browser was sent here, says which.
  const { errors } = await import("oidc-provider");
  const login = await provider
    .interactionDetails(request, response)
    .catch((error: unknown) => {
      if (error instanceof errors.SessionNotFound) return undefined;
      throw error;
    });
  if (login === undefined) {
    request.resume();
    sendPage(response, 400, failurePage("The login has expired: begin again."));
    return;
  }
  if (request.method !== "POST") {
    sendPage(
      response,
      200,
      chooserPage(request.url ?? "", account.people, name),
    );
    return;
  }

  const email = new URLSearchParams(await text(request)).get("email") ?? "";
  const person = findByEmail(account, email);
  if (person === undefined) {
    const failure = failurePage(`Couldn't find your ${name} Account`, email);
    sendPage(response, 400, failure);
    return;
  }
  const accountId = subjectOf(person);
  // oidc-provider would ask a browser that was somebody else before to sign
  // out first; Google lets it be both.
  if (login.session && login.session.accountId !== accountId) {
    const former = await provider.Session.findByUid(login.session.uid);
    await former?.destroy();
    delete login.session;
    await login.persist();
  }
  await provider.interactionFinished(request, response, {
    login: { accountId },
    select_account: {},
    consent: {},
  });
}
