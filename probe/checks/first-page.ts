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
import { navigation, type FetchSite } from "../fetch-metadata";
import {
  isLoopback,
  unknownHost,
  whoAnswered,
  type Answerer,
} from "../who-answered";
import type { Answer, Deployed, World } from "../world";
import { pairOf, secretUnknown, tokenHeaders } from "./token-works";

/**
 * A browser that comes back from the login says that another site led it here,
 * which some services refuse. It is tried with the service token: nobody has to
 * log in for it.
 */
export const firstPage: ProbeCheck = {
  id: "first-page",
  promise: "The first page after a login opens",
  restsOn: ["dns", "certificate", "login-required", "token-works"],
  async run({ hostname, name, token }, world) {
    if (!token)
      return notChecked("the service has no token for the whole host");
    const pair = pairOf(token);
    return pair
      ? openFirstPage({ hostname, name }, pair, world)
      : missing(secretUnknown({ name }));
  },
};

const MOST_REDIRECTS = 10;

/** Whether the page opens, and who keeps it shut where that is not the guard against other sites. */
export type FirstPage = ProbeOutcome & { readonly by?: readonly Answerer[] };

/** Opens the page as a browser does on its way back from the login. */
export async function openFirstPage(
  { hostname, name }: Pick<Deployed, "hostname" | "name">,
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
  const shut = (seen: string, { page, url }: Opened): FirstPage => {
    const asked = { name, url, pairSent: true };
    const told = whoAnswered(page, asked);
    return { ...brokenBy(seen, told), by: told.by };
  };
  const first = await open("cross-site");
  const { page } = first;
  const location = page.headers.get("location");
  if (first.endless)
    return shut(`${page.status} to ${location}, without end`, first);
  if (page.status === 200 && page.text === "") {
    const { by, cause, remedy } = unknownHost(hostname);
    return { ...broken("200 with nothing in it", cause, remedy), by: [by] };
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
  return `give Caddy the file of \`npm run caddyfile\`: it takes the header away from such a page's request (for other services than ComfyUI where the preset says refusesCrossSite); without Caddy start ComfyUI with --enable-cors-header https://${hostname}, which ends its own guard (docs/services.md)`;
}
