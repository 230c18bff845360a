import { broken, kept, unanswered, type ProbeCheck } from "../check";

/** A site that nobody has a reason to allow. */
const ELSEWHERE = "https://elsewhere.example";

/**
 * Pages of other sites may not ask the service: their browsers' preflights
 * carry no login.
 *
 * @see https://developers.cloudflare.com/cloudflare-one/access-controls/applications/http-apps/authorization-cookie/cors/
 */
export const preflight: ProbeCheck = {
  id: "preflight",
  promise: "Pages of other sites are refused",
  restsOn: ["dns", "certificate"],
  async run({ apiPath, aud, hostname }, { account, ask }) {
    const { headers, status } = await ask(`https://${hostname}${apiPath}`, {
      method: "OPTIONS",
      headers: {
        origin: ELSEWHERE,
        "access-control-request-method": "GET",
      },
    });
    if ([302, 401, 403].includes(status)) return kept(`preflight ${status}`);
    if (status >= 300) return unanswered(String(status));
    const allowed = headers.get("access-control-allow-origin");
    // Sites that were chosen on purpose are told so; this one was not.
    if (allowed !== "*" && allowed !== ELSEWHERE)
      return kept(`preflight ${status}, not for every site`);
    const applications = await account?.applications().catch(() => undefined);
    const ours = applications?.find((one) => one.aud === aud);
    return broken(
      `preflight ${status}, for every site`,
      ours?.options_preflight_bypass
        ? "the application lets preflights through to the service (options_preflight_bypass)"
        : ours?.cors_headers
          ? "the application answers preflights itself (cors_headers)"
          : "preflights pass Access",
      "switch CORS off in the application's settings, or deploy the stack again",
    );
  },
};
