import { markup, type Markup } from "../../base/markup";
import type { Person } from "../account-objects";
import type { ClientFault } from "./clients";

function htmlPage(title: string, body: Markup): string {
  return markup`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${title}</title></head>
<body>
<h1>${title}</h1>
${body}
</body>
</html>
`.toString();
}

/** Every person of the account as a button, as in a browser that knows them all. */
export function chooserPage(
  action: string,
  people: readonly Person[],
  name = "Google",
): string {
  const buttons = people.map(
    ({ email, name }) =>
      markup`<button type="submit" name="email" value="${email}">${name} (${email})</button>
`,
  );
  return htmlPage(
    "Choose an account",
    markup`<p>${name} of the local rehearsal: these people exist here only.</p>
<form method="post" action="${action}">
${buttons}</form>`,
  );
}

const STATUS: Readonly<Record<ClientFault, number>> = {
  deleted_client: 401,
  invalid_client: 401,
  redirect_uri_mismatch: 400,
};

const EXPLANATION: Readonly<Record<ClientFault, string>> = {
  deleted_client: "The OAuth client was deleted.",
  invalid_client: "The OAuth client was not found.",
  redirect_uri_mismatch:
    "The redirect URI in the request does not match the ones authorized for the OAuth client.",
};

/** What Google packs into `authError`: the code, and words for people. */
export function encodeAuthError(fault: ClientFault): string {
  return Buffer.from(`${fault}\n${EXPLANATION[fault]}`).toString("base64");
}

/** The error page for an `authError` of ours; undefined for any other text. */
export function errorPage(authError: string): string | undefined {
  const code = Buffer.from(authError, "base64").toString().split("\n")[0];
  const fault = (Object.keys(STATUS) as ClientFault[]).find(
    (known) => known === code,
  );
  return fault === undefined
    ? undefined
    : htmlPage(
        "Access blocked: authorization error",
        markup`<p>${EXPLANATION[fault]}</p>
<p>Error ${STATUS[fault]}: ${fault}</p>`,
      );
}

/** What is shown where a login can't go on. */
export function failurePage(error: string, description = ""): string {
  return htmlPage(
    "Something went wrong",
    markup`<p>${description}</p>
<p>${error}</p>`,
  );
}
