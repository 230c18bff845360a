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

/**
 * The rule by which a path of a host keeps an application of its own.
 *
 * @param check whether the connector asks for a JWT
 */
export function ruleOfPath(
  hostname: string,
  pattern: string,
  check: string,
): readonly [make: string, move: string] {
  return [
    `make a rule for ${hostname} with the path ${pattern}, with the service and settings of the rule for ${hostname}, ${check}`,
    `move it before the rule for ${hostname}`,
  ];
}
