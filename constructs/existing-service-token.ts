import type * as TokensData from "@cdktf/provider-cloudflare/lib/data-cloudflare-zero-trust-access-service-tokens";
import { Construct } from "constructs";
import type { AccessPolicy } from "./access-policy";
import { addFaults } from "./faults";
import { needed, readProps, type KnownProps } from "./known-props";
import { lookUp } from "./lookup";
import { onDemand } from "./on-demand";
import {
  TOKEN_POLICY,
  tokenAppFaults,
  tokenPolicy,
  tokenRules,
  type AdmittedToken,
  type TokenPolicyProps,
} from "./service-token-policy";

/** What an existing token is admitted with. */
export interface ExistingServiceTokenProps extends TokenPolicyProps {
  /** Its id, or its client id: names repeat. */
  readonly existing: string;
}

const EXISTING: KnownProps<ExistingServiceTokenProps> = {
  ...TOKEN_POLICY,
  existing: needed("value"),
};

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const CLIENT_ID = /^[0-9a-f]{32}\.access$/;

/**
 * A service token that was made elsewhere and the policy that admits it. The
 * token is looked up in each plan and never owned: an imported one would have
 * no secret for ever, and a destroy would end it.
 */
export class ExistingServiceToken extends Construct implements AdmittedToken {
  /** Its id in Zero Trust, a UUID. */
  readonly serviceTokenId: string;
  /** The public half of its pair, `….access`. */
  readonly clientId: string;
  /** Cloudflare showed it to whoever made the token. */
  readonly clientSecret = undefined;
  /** When it ends, in RFC 3339. */
  readonly expiresAt: string;
  /** The policy that admits it. */
  readonly policy: AccessPolicy;

  constructor(scope: Construct, id: string, given: ExistingServiceTokenProps) {
    super(scope, id);
    const { faults, props } = readProps(given, EXISTING);
    const { accountId, existing = "", name = id } = props;
    addFaults(this, [
      ...faults,
      ...tokenAppFaults(props),
      existing !== "" && existingFault(existing),
    ]);
    const { DataCloudflareZeroTrustAccessServiceTokens } = onDemand(
      "@cdktf/provider-cloudflare/lib/data-cloudflare-zero-trust-access-service-tokens",
    ) as typeof TokensData;
    const all = new DataCloudflareZeroTrustAccessServiceTokens(this, "all", {
      accountId,
    });
    const field = CLIENT_ID.test(existing) ? "client_id" : "id";
    this.serviceTokenId = lookUp(all, {
      kind: "service token",
      name: existing,
      as: [field, existing],
      said: `has the ${field === "id" ? "id" : "client id"}`,
      listed: '"${it.name} (${it.id})"',
      remedy: "Write the id of one of these as existing.",
    });
    const read = (attribute: string) =>
      `\${try([for it in ${all.fqn}.result : it.${attribute} if it.${field} == "${existing}"][0], null)}`;
    this.clientId = read("client_id");
    this.expiresAt = read("expires_at");
    this.policy = tokenPolicy(
      this,
      id,
      props,
      tokenRules({ ...props, name }, this),
    );
  }
}

/** What is wrong with the id of a token that was made elsewhere. */
function existingFault(existing: string): string | undefined {
  if (ID.test(existing) || CLIENT_ID.test(existing)) return undefined;
  const given = /^cfast_|^[0-9a-f]{64}$/.test(existing)
    ? "what looks like its secret"
    : `"${existing}"`;
  return `existing must be the id of a service token, or its client id ("….access"), got ${given}: Zero Trust, Access controls, Service credentials shows it; names repeat`;
}
