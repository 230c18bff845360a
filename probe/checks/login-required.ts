import { broken, kept, type Check } from "../check";

/** Whoever comes without a login is sent to Google, by way of the team domain. */
export const loginRequired: Check = {
  id: "login-required",
  promise: "Browser access requires Google login",
  restsOn: ["dns", "certificate"],
  async run({ aud, hostname, teamName }, world) {
    const first = await world.ask(`https://${hostname}/`);
    const location = first.headers.get("location");
    if (first.status === 200)
      return broken(
        "200, the page itself",
        "no application of Access stands before this host, or a policy lets everyone through",
        `deploy the stack again; look in Zero Trust, Access, Applications for ${hostname}`,
      );
    if (first.status !== 302 || location === null)
      return broken(
        `${first.status}`,
        "the host answers with neither its page nor a login",
        "530 or 1033: the tunnel has no connector; 502: the service is down; 403: the application has no allow policy",
      );
    const login = new URL(location);
    if (login.host !== `${teamName}.cloudflareaccess.com`)
      return broken(
        `302 to ${login.host}`,
        "the redirect does not come from Access of this team",
        "check the team name in Zero Trust, Settings, Custom pages",
      );
    if (login.searchParams.get("kid") !== aud)
      return broken(
        `302 to the login of application ${login.searchParams.get("kid")}`,
        "another application stands before this host",
        "wait a minute after a deploy; else remove the other application or its longer path",
      );

    const page = await world.ask(location);
    const authorize = page.headers.get("location");
    const to = authorize ? new URL(authorize) : undefined;
    if (to?.host !== "accounts.google.com")
      return broken(
        to ? `login leads to ${to.host}` : `login page answers ${page.status}`,
        "the login does not lead to Google alone",
        "check the application's login methods: only Google, with instant authentication",
      );
    const callback = to.searchParams.get("redirect_uri");
    const wanted = `https://${teamName}.cloudflareaccess.com/cdn-cgi/access/callback`;
    if (callback !== wanted)
      return broken(
        `Google is told to return to ${callback}`,
        "the login method belongs to another team",
        `the OAuth client's redirect URI must be ${wanted}`,
      );
    return kept("302 to the team, then to Google");
  },
};
