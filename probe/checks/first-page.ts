import {
  broken,
  kept,
  notChecked,
  unanswered,
  type Check,
  type Finding,
} from "../check";
import { navigation, type FetchSite } from "../fetch-metadata";
import { unknownHost } from "../who-answered";
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

/** Opens the page as a browser does on its way back from the login. */
export async function openFirstPage(
  hostname: string,
  token: NonNullable<Deployed["token"]>,
  world: Pick<World, "ask">,
): Promise<Finding> {
  const open = (site: FetchSite) =>
    world.ask(`https://${hostname}/`, {
      headers: { ...navigation(site), ...tokenHeaders(token) },
    });
  const page = await open("cross-site");
  if (page.status === 200 && page.text === "") {
    const { cause, remedy } = unknownHost(hostname);
    return broken("200 with nothing in it", cause, remedy);
  }
  if (page.status < 400) return opened(page, hostname);
  const typed = await open("none");
  if (typed.status >= 500) return unanswered(String(typed.status));
  if (typed.status >= 400)
    return notChecked(`the page is ${typed.status} however one comes`);
  return broken(
    `${page.status} on the way back from the login, ${typed.status} from the address bar`,
    CROSS_SITE_CAUSE,
    crossSiteRemedy(hostname),
  );
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
