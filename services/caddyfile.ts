import { checkProps } from "../base/check-props";
import { UsageError } from "../base/usage-error";

/** A public host that Caddy hands to a service. */
export interface CaddySite {
  /** The Host header that requests arrive with, without a port. */
  readonly host: string;
  /** Port that Caddy listens on. @default 80 */
  readonly port?: number;
  /** Where the service is: `http://comfyui:8188`. */
  readonly upstream: string;
  /** See `Service.refusesCrossSite`. @default false */
  readonly refusesCrossSite?: boolean;
}

/**
 * The Caddyfile for Caddy between the tunnel and services.
 *
 * Every site begins with `http://`: for a bare host Caddy answers each request
 * with a redirect to https, behind a tunnel without end. The tunnel's requests
 * come from a private address, whose `X-Forwarded-*` are handed on: services
 * see https and the visitor's address.
 *
 * @see https://caddyserver.com/docs/caddyfile
 */
export function caddyfile(sites: readonly CaddySite[]): string {
  if (!Array.isArray(sites))
    throw new UsageError("caddyfile", ["a list of sites is missing"]);
  return sites.map(site).join("\n");
}

function site(given: CaddySite): string {
  checkProps("a site of caddyfile", given, ["host", "upstream"]);
  const { host, port = 80, refusesCrossSite, upstream } = given;
  return `http://${host}${port === 80 ? "" : `:${port}`} {
${refusesCrossSite ? FIRST_PAGE : ""}	reverse_proxy ${upstream} {
		trusted_proxies private_ranges
	}
}
`;
}

/**
 * Not `path /`: Caddy takes `//` and `/%2F` for that too, and the service need
 * not.
 */
const FIRST_PAGE = `	# The way back from a login is cross-site, which this service refuses. Only
	# its page in a browser's tab is let in so: all else stays refused.
	@first_page {
		method GET
		expression \`{http.request.uri} == "/" || {http.request.uri}.startsWith("/?")\`
		header Sec-Fetch-Site cross-site
		header Sec-Fetch-Mode navigate
		header Sec-Fetch-Dest document
	}
	request_header @first_page -Sec-Fetch-Site

`;
