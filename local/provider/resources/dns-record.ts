import { SINCE } from "../../../base/provider-versions";
import { ProviderError } from "../../../terraform-plugin/provider";
import { optional } from "../newer";
import { COMPUTED, REPLACES, STAYS } from "../overlay";
import type { RestResource } from "../rest-resource";
import { conflicting, oneOf } from "../validate";
import { asText } from "../wire";
import { planRecord } from "./dns-record-plan";

export const dnsRecord: RestResource = {
  module: "dns-record",
  path: "dns_records",
  owner: "zone",
  idName: "dns_record_id",
  overlay: {
    id: STAYS,
    zone_id: REPLACES,
    type: REPLACES,
    proxied: { default: false },
    "settings.ipv4_only": COMPUTED,
    "settings.ipv6_only": COMPUTED,
    "settings.flatten_cname": COMPUTED,
  },
  newer: {
    private_routing: {
      since: SINCE.privateRouting,
      attribute: optional("bool"),
    },
  },
  checks: [
    oneOf(
      "type",
      ..."A AAAA CNAME MX NS OPENPGPKEY PTR TXT CAA CERT DNSKEY DS HTTPS LOC NAPTR SMIMEA SRV SSHFP SVCB TLSA URI".split(
        " ",
      ),
    ),
    conflicting("content", "data"),
  ],
  beforeCreate({ proxied, ttl }) {
    if (proxied === true && ttl !== 1)
      throw new ProviderError(
        "ttl must be set to 1 when `proxied` is true",
        "When a DNS record is marked as `proxied` the TTL must be 1 as Cloudflare will control the TTL internally.",
      );
  },
  plan: planRecord,
  answer: asText("meta"),
};
