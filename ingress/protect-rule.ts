/**
 * What closes a rule to requests that go past Access, and refuses nobody whom
 * an application admits there. Without the rule, the next one takes its requests.
 */
export const PROTECT_RULE =
  'switch on its setting "Protect with Access" for each application that decides for its paths (Zero Trust, Networks, Connectors, Cloudflare Tunnels)';

/** The same for a rule that is for other hosts too. */
export function protectAlone(hostname: string): string {
  return `make one for ${hostname} alone with the same path and service, switch on its setting "Protect with Access" for the application of ${hostname} (Zero Trust, Networks, Connectors, Cloudflare Tunnels), and move it before that one`;
}
