import {
  isObject,
  isReference,
  needed,
  propFaults,
  shown,
  type PropTable,
} from "./known-props";
import { normalized, ruleBlockFaults, type RuleBlock } from "./rule-block";
import { VALUE_KINDS } from "./value-kinds";

export type { RuleBlock } from "./rule-block";

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
    return new AccessRule({ email: { email } });
  }

  /** Everyone whose address ends in this domain, for example `example.com`. */
  static emailDomain(domain: string): AccessRule {
    return new AccessRule({ email_domain: { domain } });
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
    return new AccessRule({ ip: { ip: cidr } });
  }

  /** Requests from a list of addresses of the account (Zero Trust, Lists). */
  static ipList(listId: string): AccessRule {
    return new AccessRule({ ip_list: { id: listId } });
  }

  /**
   * Requests from this country, by its two letters (ISO 3166-1); `T1` is Tor, `XX`
   * where Cloudflare does not know it.
   */
  static country(code: string): AccessRule {
    return new AccessRule({ geo: { country_code: code } });
  }

  /** People who logged in with this login method. */
  static loginMethod(method: {
    readonly identityProviderId: string;
  }): AccessRule {
    return new AccessRule(
      { login_method: { id: method?.identityProviderId } },
      loginMethodFaults(method, "loginMethod"),
    );
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
    return new AccessRule(
      { group: { id: group?.accessGroupId } },
      madeFaults(
        group,
        "accessGroupId",
        "group must be an AccessGroup, or one that AccessGroup.fromName or fromId gave",
      ),
    );
  }

  /** Members of a group of Google Workspace, by its address. */
  static gsuite(group: OfLoginMethod & { readonly email: string }): AccessRule {
    return new AccessRule(
      { gsuite: { email: group?.email, ...by(group) } },
      argumentFaults("gsuite", group, { email: needed("address") }),
    );
  }

  /** Members of a group of Microsoft Entra ID, by its object id. */
  static azureAd(group: OfLoginMethod & { readonly id: string }): AccessRule {
    return new AccessRule(
      { azure_ad: { id: group?.id, ...by(group) } },
      argumentFaults("azureAd", group, { id: needed("uuid") }),
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
        auth_context: {
          id: context?.id,
          ac_id: context?.acId,
          ...by(context),
        },
      },
      argumentFaults("authContext", context, {
        id: needed("id"),
        acId: needed("id"),
      }),
    );
  }

  /** Members of a group of Okta, by its name. */
  static okta(group: OfLoginMethod & { readonly name: string }): AccessRule {
    return new AccessRule(
      { okta: { name: group?.name, ...by(group) } },
      argumentFaults("okta", group, { name: needed("value") }),
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
    const { name, team } = organization ?? {};
    return new AccessRule(
      {
        github_organization: {
          name,
          ...(team !== undefined && { team }),
          ...by(organization),
        },
      },
      argumentFaults("githubOrganization", organization, {
        name: needed("githubName"),
        team: "githubName",
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
          attribute_name: attribute?.attributeName,
          attribute_value: attribute?.attributeValue,
          ...by(attribute),
        },
      },
      argumentFaults("saml", attribute, {
        attributeName: needed("value"),
        attributeValue: needed("value"),
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
          claim_name: claim?.claimName,
          claim_value: claim?.claimValue,
          ...by(claim),
        },
      },
      argumentFaults("oidc", claim, {
        claimName: needed("value"),
        claimValue: needed("value"),
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
    return new AccessRule(
      {
        external_evaluation: {
          evaluate_url: service?.evaluateUrl,
          keys_url: service?.keysUrl,
        },
      },
      propFaults(
        service,
        { evaluateUrl: needed("https"), keysUrl: needed("https") },
        "externalEvaluation.",
      ),
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
    return new AccessRule(
      { service_token: { token_id: token?.serviceTokenId } },
      madeFaults(
        token,
        "serviceTokenId",
        "serviceToken must be a ServiceTokenPolicy, or one that its tokenFromName or tokenFromId gave",
      ),
    );
  }

  /** A machine that holds any service token of the account. */
  static anyValidServiceToken(): AccessRule {
    return new AccessRule({ any_valid_service_token: {} });
  }

  /** A program that acts for someone logged in to this application (OAuth for MCP). */
  static linkedAppToken(app: { readonly accessAppId: string }): AccessRule {
    return new AccessRule(
      { linked_app_token: { app_uid: app?.accessAppId } },
      madeFaults(
        app,
        "accessAppId",
        "linkedAppToken must be an AccessApp, or one that AccessApp.fromName or fromId gave",
      ),
    );
  }

  /**
   * Members of a Cloudflare account who logged in at Cloudflare. Provider 5.20.0
   * or newer.
   *
   * @param account @default - the account that has the rule
   * @see https://developers.cloudflare.com/cloudflare-one/integrations/identity-providers/cloudflare/
   */
  static cloudflareAccountMember(account?: {
    readonly accountId: string;
  }): AccessRule {
    return new AccessRule(
      { cloudflare_account_member: { account_id: account?.accountId } },
      account === undefined
        ? []
        : propFaults(
            account,
            { accountId: needed("id") },
            "cloudflareAccountMember.",
          ),
    );
  }

  /**
   * People of whom Cloudflare thinks that their account is at this risk. The
   * plan has to have it; provider 5.19.0 or newer.
   *
   * @see https://developers.cloudflare.com/cloudflare-one/team-and-resources/users/risk-score/
   */
  static userRiskScore(
    ...levels: readonly ("low" | "medium" | "high" | "unscored")[]
  ): AccessRule {
    return new AccessRule({ user_risk_score: { user_risk_score: levels } });
  }

  /**
   * What this class does not have, as Terraform writes it.
   *
   * @param block One selector with its values, such as
   * `{ saml_group: { name: "ops" } }`. The provider has to know it.
   */
  static raw(block: RuleBlock): AccessRule {
    return new AccessRule(block);
  }

  /** @internal What is wrong with it. */
  readonly _faults: readonly string[];

  /** @internal As Cloudflare writes it back: another writing is a change in every plan. */
  readonly _block: RuleBlock;

  private constructor(given: RuleBlock, faults: readonly string[] = []) {
    // What is wrong with the arguments says the same of the block.
    this._faults = faults.length > 0 ? faults : ruleBlockFaults(given);
    this._block = this._faults.length > 0 ? given : normalized(given);
  }

  /** Whether it matches whoever asks. */
  get matchesEveryone(): boolean {
    return isObject(this._block) && this._block["everyone"] !== undefined;
  }
}

function by(of: OfLoginMethod | undefined) {
  return { identity_provider_id: of?.loginMethod?.identityProviderId };
}

/** What is wrong with the argument of a rule that asks what a login method tells. */
function argumentFaults(
  method: string,
  argument: OfLoginMethod,
  props: PropTable,
): string[] {
  const faults = propFaults(
    argument,
    { loginMethod: "any", ...props },
    `${method}.`,
  );
  return isObject(argument)
    ? [
        ...faults,
        ...loginMethodFaults(argument.loginMethod, `${method}.loginMethod`),
      ]
    : faults;
}

function loginMethodFaults(method: unknown, place: string): string[] {
  return madeFaults(
    method,
    "identityProviderId",
    `${place} must be an IdentityProvider, or one that IdentityProvider.fromName or fromId gave`,
  );
}

/** Why something is not what was made or looked up, by its id. */
function madeFaults(made: unknown, id: string, wanted: string): string[] {
  const value = isObject(made)
    ? (made as Readonly<Record<string, unknown>>)[id]
    : undefined;
  return isReference(value) || VALUE_KINDS.id.has(value)
    ? []
    : [`${wanted}, got ${shown(made)}`];
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
  return [
    ...Object.values(lists)
      .flatMap(rulesIn)
      .flatMap(({ _faults }) => _faults),
    ...noRules(lists),
  ];
}

/** What in lists of rules is none, by the names that the messages call them by. */
export function noRules(
  lists: Readonly<Record<string, readonly AccessRule[] | undefined>>,
): string[] {
  return Object.entries(lists).flatMap(([name, rules = []]) =>
    rules.flatMap((rule: unknown, at) =>
      rule instanceof AccessRule
        ? []
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
