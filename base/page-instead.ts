/** Why a call is refused whose answer is no JSON: the API itself gives each reason with a code. */
export const PAGE_INSTEAD =
  "A page came in place of an answer of Cloudflare's API: a proxy or firewall on the way, or Cloudflare itself, turns the call away";
