import { SINCE } from "../../../base/provider-versions";
import { UNKNOWN } from "../../../terraform-plugin/value";
import { absentStays } from "../normalize";
import { REPLACES, SENSITIVE, STAYS } from "../overlay";
import type { RestResource } from "../rest-resource";
import { together } from "../validate";

/** Shown once: by the answer to a create, or to a rotation. */
const secretStays = absentStays("client_secret");

export const accessServiceToken: RestResource = {
  module: "zero-trust-access-service-token",
  path: "access/service_tokens",
  owner: "either",
  idName: "service_token_id",
  overlay: {
    id: STAYS,
    account_id: REPLACES,
    zone_id: REPLACES,
    client_id: STAYS,
    client_secret: { ...STAYS, ...SENSITIVE },
    client_secret_version: { default: 1 },
    duration: { default: "8760h" },
  },
  newer: {
    enabled: {
      since: SINCE.tokenEnabled,
      attribute: { optional: true, computed: true, type: "bool" },
    },
  },
  checks: [
    together("client_secret_version", "previous_client_secret_expires_at"),
  ],
  noRefresh: [
    "client_secret",
    "client_secret_version",
    "previous_client_secret_expires_at",
  ],
  plan({ planned, prior }) {
    if (prior === null) return planned;
    const { client_secret = null } = prior;
    if (prior["client_secret_version"] !== planned["client_secret_version"])
      return { ...planned, client_secret: UNKNOWN };
    // Nobody will tell the secret of a token that was imported.
    return client_secret === null && planned["client_secret"] === UNKNOWN
      ? { ...planned, client_secret }
      : planned;
  },
  normalize: {
    update: (data, _planned, prior) => secretStays(data, prior),
  },
};
