import { HOST_TYPES } from "../../dns/record";
import type { Rule } from "../rule";

export const dnsNotProxied: Rule = {
  id: "dns-not-proxied",
  title: "A DNS record that is not proxied",
  why: "Requests then go straight to the address and bypass Access.",
  remedy:
    "Turn on the proxy for the record, once an Access application covers each host that it serves.",
  check: (managed) =>
    managed.hosts.flatMap(({ host, stack }) =>
      managed.after.records
        .filter(
          ({ name, proxied, type }) =>
            name === host && !proxied && HOST_TYPES.includes(type),
        )
        .map(({ content, type }) => ({
          stack,
          about: host,
          what: `its record ${type} ${content} bypasses Cloudflare`,
        })),
    ),
};
