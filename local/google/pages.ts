import type { Person } from "../account-objects";
import type { ClientFault } from "./clients";

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (char) => ENTITIES[char]!);
}

function htmlPage(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${escape(title)}</title></head>
<body>
<h1>${escape(title)}</h1>
${body}
</body>
</html>
`;
}

/** Every person of the account as a button, as in a browser that knows them all. */
export function chooserPage(action: string, people: readonly Person[]): string {
  const buttons = people.map(
    ({ email, name }) =>
      `<button type="submit" name="email" value="${escape(email)}">${escape(name)} (${escape(email)})</button>`,
  );
  return htmlPage(
    "Choose an account",
    `<p>Google of the local rehearsal: these people exist here only.</p>
<form method="post" action="${escape(action)}">
${buttons.join("\n")}
</form>`,
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
        `<p>${EXPLANATION[fault]}</p>\n<p>Error ${STATUS[fault]}: ${fault}</p>`,
      );
}

/** What is shown where a login can't go on. */
export function failurePage(error: string, description = ""): string {
  return htmlPage(
    "Something went wrong",
    `<p>${escape(description)}</p>\n<p>${escape(error)}</p>`,
  );
}
