import { parseRange } from "../access/ip";
import { known } from "./faults";
import { propFaults, shown } from "./known-props";

/** A rule as Terraform writes it: one selector with its values. */
export type RuleBlock = Readonly<Record<string, object>>;

interface OfLoginMethod {
  /** The login method that says so; logins through another do not count. */
  readonly loginMethod: { readonly identityProviderId: string };
}

/**
 * One rule of an Access policy or group. Build one with a static method.
 *
 * @see https://developers.cloudflare.com/cloudflare-one/access-controls/policies/#selectors
 */
export class AccessRule {
  /** The person with this address; case does not matter. */
  static email(email: string): AccessRule {
    const given = known(email);
    return new AccessRule(
      { email: { email: lower(email) } },
      given !== undefined && !/^[^\s@,;]+@[^\s@,;]+$/.test(given)
        ? [`an address must be such as "ann@example.com", got "${given}"`]
        : [],
    );
  }

  /** Everyone whose address ends in this domain, for example `example.com`. */
  static emailDomain(domain: string): AccessRule {
    const given = known(domain)?.replace?.(/^@/, "");
    return new AccessRule(
      { email_domain: { domain: lower(domain)?.replace(/^@/, "") } },
      given !== undefined && !/^[^\s@,;]+\.[^\s@.,;]+$/.test(given)
        ? [`an e-mail domain must be such as "example.com", got "${given}"`]
        : [],
    );
  }

  /** Everyone on a list of addresses of the account (Zero Trust, Lists). */
  static emailList(listId: string): AccessRule {
    return new AccessRule({ email_list: { id: listId } });
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
    const given = known(cidr);
    const text = lower(cidr);
    const bare = text?.includes(":") ? "/128" : "/32";
    return new AccessRule(
      { ip: { ip: text?.includes("/") ? cidr : text && cidr + bare } },
      given !== undefined && parseRange(given) === undefined
        ? [
            `an address or network must be such as "192.0.2.7" or "2001:db8::/32", got "${given}"`,
          ]
        : [],
    );
  }

  /** Requests from a list of addresses of the account (Zero Trust, Lists). */
  static ipList(listId: string): AccessRule {
    return new AccessRule({ ip_list: { id: listId } });
  }

  /** Requests from this country, by its two letters (ISO 3166-1). */
  static country(code: string): AccessRule {
    const given = known(code);
    return new AccessRule(
      { geo: { country_code: lower(code)?.toUpperCase() } },
      given !== undefined && !/^[a-z]{2}$/i.test(given)
        ? [`a country is two letters such as "DE" (ISO 3166-1), got "${given}"`]
        : [],
    );
  }

  /** People who logged in with this login method. */
  static loginMethod(method: {
    readonly identityProviderId: string;
  }): AccessRule {
    return new AccessRule({ login_method: { id: method.identityProviderId } });
  }

  /**
   * People whose login method told that they proved themselves so, by a value
   * of RFC 8176 such as `mfa`, `hwk` or `otp`.
   *
   * @see https://datatracker.ietf.org/doc/html/rfc8176#section-2
   */
  static authMethod(method: string): AccessRule {
    return new AccessRule({ auth_method: { auth_method: method } });
  }

  /** Members of an Access group. */
  static group(group: { readonly accessGroupId: string }): AccessRule {
    return new AccessRule({ group: { id: group.accessGroupId } });
  }

  /** Members of a group of Google Workspace, by its address. */
  static gsuite(group: OfLoginMethod & { readonly email: string }): AccessRule {
    return new AccessRule(
      {
        gsuite: { email: lower(group.email), ...by(group) },
      },
      propFaults(group, { loginMethod: "any", email: "text" }),
    );
  }

  /** Members of a group of Microsoft Entra ID, by its object id. */
  static azureAd(group: OfLoginMethod & { readonly id: string }): AccessRule {
    return new AccessRule(
      { azure_ad: { id: group.id, ...by(group) } },
      propFaults(group, { loginMethod: "any", id: "text" }),
    );
  }

  /**
   * People whose login fulfilled an authentication context of Microsoft Entra
   * ID's Conditional Access.
   */
  static authContext(
    context: OfLoginMethod & {
      /** Id of the context in Zero Trust. */
      readonly id: string;
      /** Its id in Entra, such as `c1`. */
      readonly acId: string;
    },
  ): AccessRule {
    return new AccessRule(
      {
        auth_context: { id: context.id, ac_id: context.acId, ...by(context) },
      },
      propFaults(context, { loginMethod: "any", id: "text", acId: "text" }),
    );
  }

  /** Members of a group of Okta, by its name. */
  static okta(group: OfLoginMethod & { readonly name: string }): AccessRule {
    return new AccessRule(
      { okta: { name: group.name, ...by(group) } },
      propFaults(group, { loginMethod: "any", name: "text" }),
    );
  }

  /** Members of a GitHub organization, or of one of its teams. */
  static githubOrganization(
    organization: OfLoginMethod & {
      /** Its login, such as `acme`. */
      readonly name: string;
      /** The team's slug. @default - any member of the organization */
      readonly team?: string;
    },
  ): AccessRule {
    const { name, team } = organization;
    return new AccessRule(
      {
        github_organization: {
          name,
          ...(team !== undefined && { team }),
          ...by(organization),
        },
      },
      propFaults(organization, {
        loginMethod: "any",
        name: "text",
        team: "text",
      }),
    );
  }

  /** People with this value of an attribute of SAML. */
  static saml(
    attribute: OfLoginMethod & {
      readonly attributeName: string;
      readonly attributeValue: string;
    },
  ): AccessRule {
    return new AccessRule(
      {
        saml: {
          attribute_name: attribute.attributeName,
          attribute_value: attribute.attributeValue,
          ...by(attribute),
        },
      },
      propFaults(attribute, {
        loginMethod: "any",
        attributeName: "text",
        attributeValue: "text",
      }),
    );
  }

  /** People with this value of a claim; the login method has to ask for the claim. */
  static oidc(
    claim: OfLoginMethod & {
      readonly claimName: string;
      readonly claimValue: string;
    },
  ): AccessRule {
    return new AccessRule(
      {
        oidc: {
          claim_name: claim.claimName,
          claim_value: claim.claimValue,
          ...by(claim),
        },
      },
      propFaults(claim, {
        loginMethod: "any",
        claimName: "text",
        claimValue: "text",
      }),
    );
  }

  /** People for whom a service of yours answers yes; see Cloudflare's example. */
  static externalEvaluation(service: {
    /** Where Access asks. */
    readonly evaluateUrl: string;
    /** Where the service's public keys are. */
    readonly keysUrl: string;
  }): AccessRule {
    const { evaluateUrl, keysUrl } = service;
    return new AccessRule(
      {
        external_evaluation: { evaluate_url: evaluateUrl, keys_url: keysUrl },
      },
      [evaluateUrl, keysUrl]
        .filter((url) => known(url) !== undefined && !/^https:\/\//.test(url))
        .map((url) => `external evaluation needs https URLs, got "${url}"`),
    );
  }

  /** Devices that pass this check (Zero Trust, Devices, Posture checks). */
  static devicePosture(integrationId: string): AccessRule {
    return new AccessRule({
      device_posture: { integration_uid: integrationId },
    });
  }

  /** Requests with any valid client certificate (mTLS). */
  static certificate(): AccessRule {
    return new AccessRule({ certificate: {} });
  }

  /** Requests with a client certificate of this common name (mTLS). */
  static commonName(name: string): AccessRule {
    return new AccessRule({ common_name: { common_name: name } });
  }

  /** A machine that holds this service token. */
  static serviceToken(token: { readonly serviceTokenId: string }): AccessRule {
    return new AccessRule({
      service_token: { token_id: token.serviceTokenId },
    });
  }

  /** A machine that holds any service token of the account. */
  static anyValidServiceToken(): AccessRule {
    return new AccessRule({ any_valid_service_token: {} });
  }

  /** A program that acts for someone logged in to this application (OAuth for MCP). */
  static linkedAppToken(app: { readonly accessAppId: string }): AccessRule {
    return new AccessRule({ linked_app_token: { app_uid: app.accessAppId } });
  }

  /**
   * What this class does not have, as Terraform writes it.
   *
   * @param block One selector with its values:
   * `{ user_risk_score: { user_risk_score: ["high"] } }`. The provider has to
   * know it.
   */
  static raw(block: RuleBlock): AccessRule {
    const selectors = Object.keys(block);
    return new AccessRule(
      block,
      selectors.length === 1
        ? []
        : [
            `a rule has one selector: write one rule for each of ${selectors.length > 0 ? selectors.join(", ") : "those that you want"}`,
          ],
    );
  }

  /** @internal What is wrong with it. */
  readonly _faults: readonly string[];

  private constructor(
    /** @internal */ readonly _block: RuleBlock,
    faults: readonly string[] = [],
  ) {
    this._faults = faults.length > 0 ? faults : emptyFaults(_block);
  }

  /** Whether it matches whoever asks. */
  get matchesEveryone(): boolean {
    return this._block["everyone"] !== undefined;
  }
}

/** Whatever is no text has no value; the faults name it. */
function lower(text: unknown): string | undefined {
  return typeof text === "string" ? text.toLowerCase() : undefined;
}

function by({ loginMethod }: Partial<OfLoginMethod>) {
  return { identity_provider_id: loginMethod?.identityProviderId };
}

/** Values that are not there: code can run without a look at types. */
function emptyFaults(block: RuleBlock): string[] {
  return Object.entries(block).flatMap(([selector, values]) =>
    Object.entries(values)
      .filter(([, value]) => [undefined, null, ""].includes(value as string))
      .map(([name]) => `a rule by ${selector} needs its ${name}`),
  );
}

/**
 * What is wrong with lists of rules as such: without a look at types, code can
 * put anything into them.
 *
 * @param lists By the names that the messages call them by
 */
export function ruleFaults(
  lists: Readonly<Record<string, readonly AccessRule[]>>,
): string[] {
  return Object.entries(lists).flatMap(([name, rules]) =>
    rules.flatMap((rule: unknown, at) =>
      rule instanceof AccessRule
        ? rule._faults
        : [
            `${name}[${at}] must be a rule such as AccessRule.email("ann@example.com"), got ${shown(rule)}`,
          ],
    ),
  );
}

/** The rules of a list, without what is none: the faults name that. */
export function rulesIn(list: readonly AccessRule[]): readonly AccessRule[] {
  return list.filter((rule: unknown) => rule instanceof AccessRule);
}

/** Lists of rules as a policy or group has them. */
export interface AccessRules {
  /** Whoever fits any of these. */
  readonly include: readonly AccessRule[];
  /** Rules that have to be fulfilled as well, all of them. @default - none */
  readonly require?: readonly AccessRule[];
  /** Whoever fits any of these is left out. @default - nobody */
  readonly exclude?: readonly AccessRule[];
}
