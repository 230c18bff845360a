import type { OutgoingHttpHeaders } from "node:http";
import type { EdgeRequest } from "./edge-request";
import { withoutServiceToken, type ServiceTokenHeaders } from "./service-token";

/** What Access found out about a request that it lets through. */
export interface Admission {
  /** The JWT that the origin is to check. */
  readonly token: string;
  /** Of the person; absent for a service token. */
  readonly email?: string;
}

/**
 * The headers of a request as the tunnel gets them. Where Access has admitted
 * someone, its token takes the place of whatever the client sent. Where it did
 * not look (bypass, no application) a client's own
 * `Cf-Access-Jwt-Assertion` goes through: whether Cloudflare strips it there is
 * not known, and an origin has to check the token anyhow.
 *
 * @see https://developers.cloudflare.com/fundamentals/reference/http-headers/
 */
export function originHeaders(
  { country, ip, rayId, req }: EdgeRequest,
  admission: Admission | undefined,
  serviceToken: ServiceTokenHeaders | undefined,
): OutgoingHttpHeaders {
  const headers = { ...req.headers };
  delete headers["cf-access-authenticated-user-email"];
  if (admission !== undefined) {
    delete headers["cf-access-token"];
    withoutServiceToken(headers, serviceToken?.headers ?? []);
    headers["cf-access-jwt-assertion"] = admission.token;
    if (admission.email !== undefined)
      headers["cf-access-authenticated-user-email"] = admission.email;
  }
  const forwarded = headers["x-forwarded-for"];
  return {
    ...headers,
    "cdn-loop": "cloudflare; loops=1",
    "cf-connecting-ip": ip,
    "cf-ipcountry": country,
    "cf-ray": `${rayId}-LOC`,
    "cf-visitor": '{"scheme":"https"}',
    "x-forwarded-for": forwarded ? `${String(forwarded)}, ${ip}` : ip,
    "x-forwarded-proto": "https",
  };
}
