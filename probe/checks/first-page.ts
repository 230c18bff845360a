import { broken, kept, notChecked, type Check, type Finding } from "../check";
import { navigation, type FetchSite } from "../fetch-metadata";
import { unknownHost, whoAnswered } from "../who-answered";
import type { Answer, Deployed, World } from "../world";
import { tokenHeaders } from "./token-works";

/**
 * A browser that comes back from the login says that another site led it here,
 * which some services refuse. It is tried with the service token: nobody has to
 * log in for it.
 */
export const firstPage: Check = {
  id: "first-page",
  promise: "The first page after a login opens",
  restsOn: ["dns", "certificate", "login-required", "token-works"],
  async run({ hostname, token }, world) {
    return token
      ? openFirstPage(hostname, token, world)
      : notChecked("the service has no token for the whole host");
  },
};

const MOST_REDIRECTS = 10;

/** Opens the page as a browser does on its way back from the login. */
export async function openFirstPage(
  hostname: string,
  token: NonNullable<Deployed["token"]>,
  world: Pick<World, "ask">,
): Promise<Finding> {
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
  const told = ({ page, url }: Opened): [cause: string, remedy: string] => {
    const { cause, remedy } = whoAnswered(page, {
      name: hostname,
      url,
      pairSent: true,
    });
    return [cause, remedy];
  };
  const first = await open("cross-site");
  const { page } = first;
  if (first.endless)
    return broken(
      `${page.status} to ${page.headers.get("location")}, without end`,
      ...told(first),
    );
  if (page.status === 200 && page.text === "") {
    const { cause, remedy } = unknownHost(hostname);
    return broken("200 with nothing in it", cause, remedy);
  }
  if (page.status < 400) return opened(page, hostname);
  const typed = await open("none");
  const { status } = typed.page;
  if (status === 403 || status >= 500)
    return broken(`${status} however one comes`, ...told(typed));
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

function opened({ headers, status }: Answer, ownHost: string): Finding {
  const location = headers.get("location");
  if (location === null) return kept(String(status));
  const { host, hostname } = new URL(location, `https://${ownHost}`);
  if (host.endsWith(".cloudflareaccess.com"))
    return notChecked("Access does not admit the token to the page");
  if (["localhost", "127.0.0.1", "[::1]"].includes(hostname))
    return broken(
      `${status} to ${host}`,
      "the service has a login of its own, at an address that only its own machine knows",
      "switch that login off, as Access asks for one: WEB_ENABLE_AUTH=false for AI-Dock, with CF_QUICK_TUNNELS=false (services/ai-dock.ts)",
    );
  return kept(`${status} to ${host}`);
}
