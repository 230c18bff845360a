import type { ZeroTrustAccessPolicyInclude } from "@cdktf/provider-cloudflare/lib/zero-trust-access-policy";

/**
 * One rule of an Access policy. Build one with a static method.
 *
 * @see https://developers.cloudflare.com/cloudflare-one/policies/access/#selectors
 */
export class AccessRule {
  /** The person with this address; case does not matter. */
  static email(email: string): AccessRule {
    return new AccessRule({ email: { email: email.toLowerCase() } });
  }

  /** Everyone whose address ends in this domain, for example `example.com`. */
  static emailDomain(domain: string): AccessRule {
    return new AccessRule({
      emailDomain: { domain: domain.replace(/^@/, "").toLowerCase() },
    });
  }

  /**
   * Anyone who can log in at all; with Google as login method, every Google
   * account of the world. In a bypass policy: anyone, without login.
   */
  static everyone(): AccessRule {
    return new AccessRule({ everyone: {} });
  }

  /** Requests from these addresses; a bare address means itself alone. */
  static ip(cidr: string): AccessRule {
    const bare = cidr.includes(":") ? "/128" : "/32";
    return new AccessRule({
      ip: { ip: cidr.includes("/") ? cidr : cidr + bare },
    });
  }

  /** Requests from this country, by its two letters (ISO 3166-1). */
  static country(code: string): AccessRule {
    return new AccessRule({ geo: { countryCode: code.toUpperCase() } });
  }

  /** People who logged in with this login method. */
  static loginMethod(method: {
    readonly identityProviderId: string;
  }): AccessRule {
    return new AccessRule({ loginMethod: { id: method.identityProviderId } });
  }

  /** Members of an Access group. */
  static group(group: { readonly accessGroupId: string }): AccessRule {
    return new AccessRule({ group: { id: group.accessGroupId } });
  }

  /** A machine that holds this service token. */
  static serviceToken(token: { readonly serviceTokenId: string }): AccessRule {
    return new AccessRule({ serviceToken: { tokenId: token.serviceTokenId } });
  }

  private constructor(
    /** @internal */ readonly _block: ZeroTrustAccessPolicyInclude,
  ) {}

  /** Whether it matches whoever asks. */
  get matchesEveryone(): boolean {
    return this._block.everyone !== undefined;
  }
}
