/**
 * What closes a rule to requests that go past Access, and refuses nobody whom
 * an application admits there. Without the rule, the next one takes its requests.
 */
export const PROTECT_RULE =
  'switch on its setting "Protect with Access" for each application that decides for its paths (Zero Trust, Networks, Connectors, Cloudflare Tunnels)';
