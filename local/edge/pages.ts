import { markup, type Markup } from "../../base/markup";

const TITLE = "Cloudflare Access";

/** A way to log in. */
export interface LoginChoice {
  readonly name: string;
  readonly url: string;
}

/** The team domain's page with the login methods that are usable here. */
export function loginPage(
  application: string,
  team: string,
  choices: readonly LoginChoice[],
): string {
  const buttons = choices.map(
    ({ name, url }) =>
      markup`<li><a class="button" href="${url}">${name}</a></li>
`,
  );
  return page(
    `Sign in ・ ${TITLE}`,
    markup`<h1>${team}</h1>
<h2>Log in to ${application}</h2>
<p>Choose how to log in.</p>
<ul>
${buttons}</ul>`,
  );
}

/** The page that asks for the address to send a code to. */
export function addressPage(fault = ""): string {
  return page(
    `Sign in ・ ${TITLE}`,
    markup`<h1>Get a login code emailed to you</h1>
<p>${fault}</p>
<form method="post">
<label>Email <input type="email" name="email" required autofocus></label>
<button>Send me a code</button>
</form>`,
  );
}

/** The page that asks for the code. */
export function codePage(email: string, fault = ""): string {
  return page(
    `Sign in ・ ${TITLE}`,
    markup`<h1>Enter code</h1>
<p>${fault}</p>
<p>A code has been emailed to ${email}, if that address may log in.</p>
<form method="post">
<label>Code <input name="code" inputmode="numeric" autocomplete="one-time-code" required autofocus></label>
<button>Sign in</button>
</form>`,
  );
}

/** Someone is logged in, and no policy lets them through. */
export function deniedPage(email: string, message?: string): string {
  return page(
    `Access denied ・ ${TITLE}`,
    markup`<h1>That account does not have access.</h1>
<p>${message ?? `You are logged in as ${email}.`}</p>
<p><a href="/cdn-cgi/access/logout">Log out</a> to log in with another account.</p>`,
  );
}

/** A refusal without a login. */
export function refusedPage(status: number): string {
  return page(
    `Error ・ ${TITLE}`,
    status === 401
      ? markup`<h1>Unauthorized</h1>
<p>You are not logged in, or your token is not valid.</p>`
      : markup`<h1>Forbidden</h1>
<p>You don't have permission to view this. Please contact your system administrator.</p>`,
  );
}

/** Something other than a person's rights is in the way. */
export function messagePage(heading: string, text = ""): string {
  return page(
    `${heading} ・ ${TITLE}`,
    markup`<h1>${heading}</h1>
<p>${text}</p>`,
  );
}

/** A page of Cloudflare's edge that is not Access. */
export function errorPage(code: number, what: string, rayId: string): string {
  return page(
    `Error ${code} | Cloudflare`,
    markup`<h1>Error ${code}</h1>
<p>${what}</p>
<p>Ray ID: ${rayId}</p>
<p>error code: ${code}</p>`,
  );
}

function page(title: string, body: Markup): string {
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 32rem; margin: 15vh auto; padding: 0 1rem; }
ul { list-style: none; padding: 0; }
.button { display: block; border: 1px solid; border-radius: 4px; padding: .6rem 1rem; margin: .5rem 0; text-decoration: none; }
</style>
</head>
<body>
${body}
</body>
</html>
`.toString();
}
