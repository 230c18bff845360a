import { broken, kept, type ProbeCheck } from "../check";
import { explain } from "../explain";
import { askAsBrowser, wantsOAuth } from "../managed-oauth";
import { isFromAccess } from "../who-answered";
import type { Answer } from "../world";

/** Whoever comes without a login is sent to log in, by way of the team domain. */
export const loginRequired: ProbeCheck = {
  id: "login-required",
  promise: "Browser access requires a login",
  restsOn: ["dns", "certificate"],
  async run(deployed, world) {
    const { aud, hostname, teamName } = deployed;
    const url = `https://${hostname}/`;
    const plain = await world.ask(url);
    const oauth = wantsOAuth(plain);
    // What is no browser is asked for OAuth: its redirect is for browsers.
    const first = oauth ? await askAsBrowser(world, url) : plain;
    const also = oauth
      ? "; a program is told 401 with the place to get a token (managed OAuth)"
      : "";
    if (oauth && wantsOAuth(first))
      return kept(
        "401 with the place to get a token (managed OAuth), to browsers too",
      );
    const location = first.headers.get("location");
    if (first.status === 200)
      return broken(
        "200, the page itself",
        "no Access application covers this host, or a policy lets everyone through",
        `deploy the stack again; look in Zero Trust, Access, Applications for ${hostname}`,
      );
    if (first.status !== 302 || location === null) {
      if (isFromAccess(first))
        return broken(
          `${first.status}`,
          "Access refuses it, and asks for no login",
          `403: the application has no allow policy; else look in Zero Trust, Access, Applications for ${hostname}`,
        );
      const asked = { path: "/", pairSent: false, anonymous: true };
      const { cause, remedy } = await explain(first, asked, deployed, world);
      return broken(`${first.status}`, cause, remedy);
    }
    const login = new URL(location, url);
    if (login.host !== `${teamName}.cloudflareaccess.com`)
      return broken(
        `302 to ${login.host}`,
        "the redirect does not come from Access of this team",
        "check the team name in Zero Trust, Settings, Custom pages",
      );
    if (login.searchParams.get("kid") !== aud)
      return broken(
        `302 to the login of application ${login.searchParams.get("kid")}`,
        "another application covers this host",
        "wait a minute after a deploy, then deploy the stack again; keep the other application until then, because the host may be public without it",
      );

    const page = await world.ask(location);
    const next = page.headers.get("location");
    const to = next === null ? undefined : new URL(next, location);
    if (to === undefined || to.host === login.host) {
      // As a browser does: the page for a code by mail is for whoever began.
      const cookie = page.headers
        .getSetCookie()
        .map((one) => one.split(";")[0])
        .join("; ");
      const shown = to
        ? await world.ask(to.href, { headers: cookie ? { cookie } : {} })
        : page;
      const asks = whatItAsks(shown);
      return asks === undefined
        ? broken(
            `login page answers ${shown.status}`,
            "the team's login page offers no way to log in",
            `look in Zero Trust, Access, Applications for the login methods of ${hostname}: each has to exist`,
          )
        : kept(`302 to the team, which ${asks}${also}`);
    }
    const callback = to.searchParams.get("redirect_uri");
    const wanted = `https://${teamName}.cloudflareaccess.com/cdn-cgi/access/callback`;
    const name = NAMES[to.host] ?? to.host;
    if (callback !== null && callback !== wanted)
      return broken(
        `${name} is told to return to ${callback}`,
        "the login method belongs to another team",
        `the client's redirect URI must be ${wanted}`,
      );
    return kept(`302 to the team, then to ${name}${also}`);
  },
};

/** Login methods by the host that people are sent to. */
const NAMES: Readonly<Record<string, string>> = {
  "accounts.google.com": "Google",
  "github.com": "GitHub",
  "login.microsoftonline.com": "Microsoft Entra ID",
  "dash.cloudflare.com": "Cloudflare",
};

/** What a page of the team domain asks of people; undefined where it is no login. */
function whatItAsks({ status, text }: Answer): string | undefined {
  if (status !== 200) return undefined;
  if (/<input[^>]*\b(?:type|name)="email"/i.test(text))
    return "asks for the address to mail a code to (one-time PIN)";
  return /Sign in/i.test(text) && /<(?:a|form|button)\b/i.test(text)
    ? "offers a choice of login methods"
    : undefined;
}
