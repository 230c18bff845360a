import type { Credentials } from "../../client/credentials";
import {
  broken,
  brokenBy,
  kept,
  missing,
  notChecked,
  type ProbeCheck,
  type ProbeOutcome,
} from "../check";
import { ruleFor } from "../explain";
import { navigation, type FetchSite } from "../fetch-metadata";
import {
  isLoopback,
  whoAnswered,
  type Answerer,
  type Asked,
} from "../who-answered";
import type { Answer, Deployed, World } from "../world";
import { noToken, pairOf, secretUnknown, tokenHeaders } from "./token-works";

/**
 * A browser that comes back from the login says that another site led it here,
 * which some services refuse. It is tried with the service token: nobody has to
 * log in for it.
 */
export const firstPage: ProbeCheck = {
  id: "first-page",
  promise: "The first page after a login opens",
  restsOn: ["dns", "certificate", "login-required", "token-works"],
  async run(deployed, world) {
    const { name, token } = deployed;
    if (!token) return noToken(deployed);
    const pair = pairOf(token);
    if (!pair) return missing(secretUnknown(name, token));
    const rule = await ruleFor("/", deployed, world.account);
    return openFirstPage({ ...deployed, rule }, pair, world);
  },
};

const MOST_REDIRECTS = 10;

/** A made-up path: a service says that it has none, a Caddy without a site for the host says nothing. */
const NO_PAGE = "/access-stacks-asks-for-no-page";

function isBlank({ status, text }: Answer): boolean {
  return status === 200 && text === "";
}

/** Whether the page opens, and who keeps it shut where that is not the guard against other sites. */
export type FirstPage = ProbeOutcome & { readonly by?: readonly Answerer[] };

/** Opens the page as a browser does on its way back from the login. */
export async function openFirstPage(
  {
    hostname,
    name,
    rule,
  }: Pick<Deployed, "hostname" | "name"> & Pick<Asked, "rule">,
  token: Credentials,
  world: Pick<World, "ask">,
): Promise<FirstPage> {
  const open = async (site: FetchSite): Promise<Opened> => {
    const headers = { ...navigation(site), ...tokenHeaders(token) };
    let url = `https://${hostname}/`;
    for (let hops = 0; ; hops++) {
      const page = await world.ask(url, { headers });
      const next = redirectOf(page, url);
      if (next?.hostname !== hostname || hops === MOST_REDIRECTS)
        return { page, url, endless: next?.hostname === hostname };
      url = `https://${hostname}${next.pathname}${next.search}`;
    }
  };
  const shut = (
    seen: string,
    { page, url }: Opened,
    answersElsewhere = false,
  ): FirstPage => {
    const asked = { name, url, rule, answersElsewhere, pairSent: true };
    const told = whoAnswered(page, asked);
    return { ...brokenBy(seen, told), by: told.by };
  };
  const first = await open("cross-site");
  const { page } = first;
  const location = page.headers.get("location");
  if (first.endless)
    return shut(`${page.status} to ${location}, without end`, first);
  if (isBlank(page)) {
    const elsewhere = await world.ask(`https://${hostname}${NO_PAGE}`, {
      headers: tokenHeaders(token),
    });
    return shut("200 with nothing in it", first, !isBlank(elsewhere));
  }
  if (page.status < 400) {
    const { host, hostname: to } = new URL(location ?? first.url, first.url);
    if (location === null) return kept(String(page.status));
    if (host.endsWith(".cloudflareaccess.com"))
      return notChecked("Access does not admit the token to the page");
    const seen = `${page.status} to ${host}`;
    return isLoopback(to) ? shut(seen, first) : kept(seen);
  }
  const typed = await open("none");
  const { status } = typed.page;
  if (status === 403 || status >= 500)
    return shut(`${status} however one comes`, typed);
  if (status >= 400)
    return notChecked(`the page is ${status} however one comes`);
  return broken(
    `${page.status} on the way back from the login, ${status} from the address bar`,
    CROSS_SITE_CAUSE,
    crossSiteRemedy(hostname),
  );
}

/** The page at the end of its redirects on the host. */
interface Opened {
  readonly page: Answer;
  readonly url: string;
  /** It never stops to redirect. */
  readonly endless: boolean;
}

function redirectOf({ headers, status }: Answer, url: string): URL | undefined {
  const location = headers.get("location");
  return status >= 300 &&
    status < 400 &&
    location !== null &&
    URL.canParse(location, url)
    ? new URL(location, url)
    : undefined;
}

export const CROSS_SITE_CAUSE =
  "the service refuses what another site leads to (Sec-Fetch-Site: cross-site), as the login does; ComfyUI has done so since 0.19";

/** What opens the first page; docs/services.md has the reasons. */
export function crossSiteRemedy(hostname: string): string {
  return `with Caddy on the way, give it the file of \`npm run caddyfile\`: it takes the header away from such a page's request (for other services than ComfyUI where the preset says refusesCrossSite). Without Caddy, put it there: set serviceUrl: "http://caddy:80" in main.ts and deploy; or start ComfyUI with --enable-cors-header https://${hostname}, which ends its own guard (docs/services.md)`;
}
