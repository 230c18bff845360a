import { randomUUID } from "node:crypto";
import type { IngressRule } from "../../ingress/rule";
import { broken, kept, NO_ACCOUNT, notChecked, type Check } from "../check";
import { eachOf } from "../each-of";
import { namesHost } from "../where-it-leads";
import type { Deployed, World } from "../world";

/** Hosts that are asked at a time. */
const AT_A_TIME = 20;

/** Every way that leads to the service has Access before it. */
export const noSideDoor: Check = {
  id: "no-side-door",
  promise: "No other host leads to the service",
  async run(deployed, world) {
    const { hostname } = deployed;
    if (!world.account) return notChecked(NO_ACCOUNT);
    const rules = (await world.account.tunnelsWithRules()).flatMap(
      ({ name, rules }) => rules.map((rule) => ({ rule, tunnel: name })),
    );
    const services = new Set(
      rules
        .filter(({ rule }) => namesHost(rule, hostname))
        .map(({ rule }) => rule.service),
    );
    const others = rules.filter(
      ({ rule }) =>
        !namesHost(rule, hostname) && leadsTo(rule, services, deployed),
    );
    const hosts = others.map(({ rule }) => someHost(rule, hostname));
    const shown = await eachOf(hosts, AT_A_TIME, (host) =>
      shows(host, deployed, world),
    );
    const open = others[shown.indexOf(true)];
    if (open)
      return broken(
        `https://${hosts[shown.indexOf(true)]}/ shows ${deployed.name} without a login`,
        `the rule for ${open.rule.hostname || "every host"} of the tunnel ${open.tunnel} leads to the same service`,
        "remove that rule or its Host header, or protect its host as well",
      );
    return kept(
      others.length === 0
        ? "no other rule has its service"
        : `${others.length} other rules have its service, none shows it`,
    );
  },
};

/** A rule that may lead to the service, by its address or by the Host header. */
function leadsTo(
  { originRequest, service }: IngressRule,
  services: ReadonlySet<unknown>,
  { containerUrl, hostname }: Deployed,
): boolean {
  return (
    services.has(service) ||
    service === containerUrl ||
    originRequest?.httpHostHeader === hostname
  );
}

/** A host that a rule takes; for a wildcard one that nobody has a rule for. */
function someHost({ hostname: name }: IngressRule, ours: string): string {
  const label = `probe-${randomUUID().slice(0, 8)}`;
  if (!name || name === "*") return ours.replace(/^[^.]+/, label);
  return name.replace(/^\*/, label);
}

async function shows(
  host: string,
  { pageText }: Deployed,
  world: World,
): Promise<boolean> {
  try {
    const { status, text } = await world.ask(`https://${host}/`);
    return status === 200 && text.includes(pageText);
  } catch {
    // A rule alone leads nowhere: the host has no record or no certificate.
    return false;
  }
}
