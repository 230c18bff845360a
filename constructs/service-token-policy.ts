import { goDuration } from "../base/duration";
import { SINCE } from "../base/provider-versions";
import type * as TokensData from "@cdktf/provider-cloudflare/lib/data-cloudflare-zero-trust-access-service-tokens";
import { ZeroTrustAccessServiceToken } from "@cdktf/provider-cloudflare/lib/zero-trust-access-service-token";
import { Construct } from "constructs";
import type { AccessApp } from "./access-app";
import { AccessPolicy, type PolicyRules } from "./access-policy";
import { AccessRule } from "./access-rule";
import { addFaults } from "./faults";
import {
  isObject,
  isReference,
  needed,
  propFaults,
  readProps,
  shown,
  type KnownProps,
  type PropTable,
} from "./known-props";
import { lookUp, readByName, type ByName } from "./lookup";
import { addNewerAttribute } from "./newer-provider";
import { onDemand } from "./on-demand";

/** A service token that rules can name. */
export interface IServiceToken {
  /** Its id in Zero Trust, a UUID. */
  readonly serviceTokenId: string;
}

/** What a policy that admits a token is told. */
export interface TokenPolicyProps {
  /** Account that owns the token. */
  readonly accountId: string;
  /** Application that the token opens. */
  readonly app: AccessApp;
  /** Name of the token in Zero Trust. @default - the construct's id */
  readonly name?: string;
  /** Rules that a request with the token must fit as well, such as `AccessRule.ip`. @default - none */
  readonly require?: readonly AccessRule[];
  /** Requests with the token that are refused nevertheless. @default - none */
  readonly exclude?: readonly AccessRule[];
  /**
   * How long the session lasts that a machine is given with the first answer.
   *
   * @default - as long as the application's
   */
  readonly sessionDuration?: string;
}

/** What a token and its policy are made with. */
export interface ServiceTokenPolicyProps extends TokenPolicyProps {
  /**
   * How long the token is valid, in hours, or `forever`. Nothing renews it.
   *
   * @default "8760h", a year
   * @see https://developers.cloudflare.com/cloudflare-one/identity/service-tokens/
   */
  readonly duration?: string;
  /**
   * The last rotation of its secret. It stays when the overlap is over: a
   * version that falls back would be sent to Cloudflare.
   *
   * @default - never rotated
   */
  readonly rotation?: {
    /** Each higher one makes a new secret; 2 or more. */
    readonly version: number;
    /** Until then the secret before works too. RFC 3339, in UTC. */
    readonly previousExpiresAt: string;
  };
  /**
   * Whether the token works: switched off, it is refused and can be switched on
   * again, the same.
   *
   * @default - as it is in the account
   */
  readonly enabled?: boolean;
}

/** What is known of both kinds of tokens. */
export const TOKEN_POLICY: KnownProps<TokenPolicyProps> = {
  accountId: needed("id"),
  // Looked at by `tokenAppFaults`.
  app: "any",
  name: "name",
  require: "list",
  exclude: "list",
  sessionDuration: "text",
};

const SERVICE_TOKEN: KnownProps<ServiceTokenPolicyProps> = {
  ...TOKEN_POLICY,
  duration: "text",
  rotation: "any",
  enabled: "bool",
};

/** A token that a policy of its own admits. */
export interface AdmittedToken extends IServiceToken {
  /** The public half of its pair, `….access`. */
  readonly clientId: string;
  /** Undefined for one that was made elsewhere. */
  readonly clientSecret: string | undefined;
  /** When it ends, in RFC 3339. */
  readonly expiresAt: string;
  /** The policy that admits the token; other applications may share it. */
  readonly policy: AccessPolicy;
}

const ROTATION: PropTable = {
  version: "any",
  previousExpiresAt: needed("value"),
};

function rotationFaults(
  rotation: ServiceTokenPolicyProps["rotation"],
): string[] {
  if (rotation === undefined) return [];
  const faults = propFaults(rotation, ROTATION, "rotation.");
  const { version } = rotation ?? {};
  return faults.length > 0 ||
    isReference(version) ||
    (Number.isInteger(version) && Number(version) >= 2)
    ? faults
    : [
        `rotation.version must be a whole number, 2 or more, got ${shown(version)}`,
      ];
}

/** Why a token has no application that it opens. */
export function tokenAppFaults({
  app,
}: Pick<TokenPolicyProps, "app">): string[] {
  return isObject(app) && typeof app.serviceAuth === "function"
    ? []
    : [`app must be an AccessApp, got ${shown(app)}`];
}

/** A token's policy, on the application if that is one. */
export function tokenPolicy(
  scope: Construct,
  id: string,
  props: TokenPolicyProps,
  rules: PolicyRules,
): AccessPolicy {
  const { accountId, app } = props;
  return tokenAppFaults(props).length === 0
    ? app.serviceAuth(id, rules)
    : new AccessPolicy(scope, "policy", {
        ...rules,
        accountId,
        decision: "non_identity",
      });
}

/** The policy of one token. */
export function tokenRules(
  props: Pick<TokenPolicyProps, "require" | "exclude" | "sessionDuration"> & {
    readonly name: string;
  },
  token: IServiceToken,
): PolicyRules {
  const { exclude, name, require, sessionDuration } = props;
  return {
    name: `${name} (service token)`,
    include: [AccessRule.serviceToken(token)],
    require,
    exclude,
    sessionDuration,
  };
}

/**
 * A service token and the policy that admits it.
 *
 * The policy's decision is `non_identity` ("Service Auth"): in an `allow` policy
 * a token would be sent to the login page.
 */
export class ServiceTokenPolicy extends Construct implements AdmittedToken {
  /**
   * A token that was made elsewhere, by its name, for rules of policies; creates
   * nothing.
   */
  static tokenFromName(
    scope: Construct,
    id: string,
    given: ByName,
  ): IServiceToken {
    const props = readByName(scope, given, "service token");
    const { DataCloudflareZeroTrustAccessServiceTokens } = onDemand(
      "@cdktf/provider-cloudflare/lib/data-cloudflare-zero-trust-access-service-tokens",
    ) as typeof TokensData;
    const all = new DataCloudflareZeroTrustAccessServiceTokens(scope, id, {
      accountId: props.accountId,
    });
    return { serviceTokenId: lookUp(all, { ...props, kind: "service token" }) };
  }

  /** A token that was made elsewhere, by its id; creates nothing. */
  static tokenFromId(serviceTokenId: string): IServiceToken {
    return { serviceTokenId };
  }

  /** Its id in Zero Trust, known once it is deployed. */
  readonly serviceTokenId: string;
  /** The public half of its pair, `….access`. */
  readonly clientId: string;
  /** Sensitive: shown by Cloudflare once, and from then on only in the state. */
  readonly clientSecret: string;
  /** When it ends, in RFC 3339. */
  readonly expiresAt: string;
  /** Counts the secrets that the token has had: 1 until it is rotated. */
  readonly secretVersion: number;
  /** The policy that admits the token; other applications may share it. */
  readonly policy: AccessPolicy;
  /** The Terraform resource underneath, for what this construct does not have. */
  readonly resource: ZeroTrustAccessServiceToken;

  constructor(scope: Construct, id: string, given: ServiceTokenPolicyProps) {
    super(scope, id);
    const { faults, props } = readProps(given, SERVICE_TOKEN);
    const { name = id, duration = "8760h", rotation } = props;
    addFaults(this, [
      ...faults,
      ...tokenAppFaults(props),
      ...rotationFaults(rotation),
      duration !== "forever" &&
        !isReference(duration) &&
        goDuration(duration) === undefined &&
        `duration must be hours such as "8760h", or "forever", got "${duration}"`,
    ]);
    this.resource = new ZeroTrustAccessServiceToken(this, "Default", {
      accountId: props.accountId,
      name,
      duration,
      // The one is not allowed without the other.
      clientSecretVersion: rotation?.version,
      previousClientSecretExpiresAt: rotation?.previousExpiresAt,
      // A token that a policy still names can't be deleted.
      lifecycle: { createBeforeDestroy: true },
    });
    addNewerAttribute(this.resource, "enabled", {
      value: props.enabled,
      since: SINCE.tokenEnabled,
    });
    this.serviceTokenId = this.resource.id;
    this.clientId = this.resource.clientId;
    this.clientSecret = this.resource.clientSecret;
    this.expiresAt = this.resource.expiresAt;
    this.secretVersion = rotation?.version ?? 1;
    this.policy = tokenPolicy(
      this,
      id,
      props,
      tokenRules({ ...props, name }, this),
    );
  }
}
