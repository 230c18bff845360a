import { DataCloudflareZeroTrustAccessIdentityProviders } from "@cdktf/provider-cloudflare/lib/data-cloudflare-zero-trust-access-identity-providers";
import {
  ZeroTrustAccessIdentityProvider,
  type ZeroTrustAccessIdentityProviderConfigA,
} from "@cdktf/provider-cloudflare/lib/zero-trust-access-identity-provider";
import {
  Annotations,
  Fn,
  Op,
  Token,
  type TerraformResourceLifecycle,
} from "cdktf";
import { Construct } from "constructs";
import { isOneTimePin } from "../base/one-time-pin";
import { SINCE } from "../base/provider-versions";
import { addFaults } from "./faults";
import {
  KIND_NAMES,
  isClient,
  readKind,
  type ClientKind,
  type CloudflareLogin,
  type Saml,
} from "./login-method-kinds";
import { methodNameFault } from "./login-method-name";
import { addNewerAttribute } from "./newer-provider";
import { lookUp, readByName, readByNames, type ByName } from "./lookup";

/** A login method of the account. */
export interface IIdentityProvider {
  /** Its id in Zero Trust, a UUID. */
  readonly identityProviderId: string;
}

interface Common {
  /** Account that owns the login method. */
  readonly accountId: string;
  /** The name people see on the login page. @default - the kind's, such as "Google" */
  readonly name?: string;
}

interface WithSecret {
  /** The client's secret: hand in a sensitive Terraform variable. */
  readonly clientSecret: string;
  /**
   * Whether the secret is kept from this run, which only plans: it is not asked
   * for, and a deployed one counts as unchanged.
   *
   * @default false
   */
  readonly secretWithheld?: boolean;
  /** What the message says to do where the secret is empty. @default - to give it */
  readonly secretRemedy?: string;
}

/** A login method of one of the kinds; what else it needs depends on the kind. */
export type IdentityProviderProps = Common &
  ((ClientKind & WithSecret) | Saml | CloudflareLogin);

/** Login methods that were made elsewhere, by their names. */
export interface IdentityProvidersByName {
  /** Account that has them. */
  readonly accountId: string;
  /** Their names, as Zero Trust shows them. */
  readonly names: readonly string[];
  /**
   * Ids in a plan that is never applied, of those that are not there yet.
   *
   * @default - the plan fails
   */
  readonly placeholder?: (name: string) => string | undefined;
  /** What the message says to do where one is not there. @default - nothing */
  readonly remedy?: string;
  /** What it says to do where several have a name. @default - rename all but one */
  readonly severalRemedy?: (name: string) => string;
}

/**
 * A login method of the account. An empty secret fails the plan of a deploy, and
 * not that of a destroy.
 *
 * For a code by mail see `OneTimePin`.
 */
export class IdentityProvider extends Construct implements IIdentityProvider {
  /** A login method that was made elsewhere, by its name; creates nothing. */
  static fromName(
    scope: Construct,
    id: string,
    given: ByName,
  ): IIdentityProvider {
    const props = readByName(scope, given, "login method");
    const { accountId, name, remedy, severalRemedy } = props;
    const [found] = IdentityProvider.fromNames(scope, id, {
      accountId,
      remedy,
      severalRemedy:
        severalRemedy === undefined ? undefined : () => severalRemedy,
      names: [name],
      placeholder: () => props.placeholder,
    });
    return found ?? IdentityProvider.fromId("not-found");
  }

  /**
   * Login methods that were made elsewhere, by their names; creates nothing.
   * `One-time PIN` is the account's, whatever its name.
   */
  static fromNames(
    scope: Construct,
    id: string,
    given: IdentityProvidersByName,
  ): IIdentityProvider[] {
    const props = readByNames(scope, given, "login methods");
    const all = new DataCloudflareZeroTrustAccessIdentityProviders(scope, id, {
      accountId: props.accountId,
    });
    return props.names.map((name) => ({
      identityProviderId: lookUp(all, {
        kind: "login method",
        name,
        placeholder: props.placeholder?.(name),
        remedy: props.remedy,
        severalRemedy: props.severalRemedy?.(name),
        ...(isOneTimePin(name) && { as: ["type", "onetimepin"] as const }),
      }),
    }));
  }

  /** A login method that was made elsewhere, by its id; creates nothing. */
  static fromId(identityProviderId: string): IIdentityProvider {
    return { identityProviderId };
  }

  /** Its id in Zero Trust, known once it is deployed. */
  readonly identityProviderId: string;
  /** Where the client has to send people back to. Known once it is deployed. */
  readonly redirectUri: string;
  /** The Terraform resource underneath, for what this construct does not have. */
  readonly resource: ZeroTrustAccessIdentityProvider;

  constructor(scope: Construct, id: string, given: IdentityProviderProps) {
    super(scope, id);
    const { faults, props } = readKind(given);
    const type = props.type ?? "google";
    const { accountId, name = KIND_NAMES[type] ?? type } = props;
    addFaults(this, [...faults, methodNameFault(name, type)]);
    if (isClient(props) && !Token.isUnresolved(props.clientSecret))
      checkWrittenSecret(this, props);
    this.resource = new ZeroTrustAccessIdentityProvider(this, "Default", {
      accountId,
      name,
      type,
      config: configOf(props),
      lifecycle: isClient(props) ? secretLifecycle(props, name) : undefined,
    });
    if (props.type === "cloudflare")
      addNewerAttribute(this.resource, "config.restrict_to_account_members", {
        value: props.restrictToAccountMembers ?? true,
        since: SINCE.loginMethodMembers,
        what: 'a login method of the type "cloudflare"',
        otherwise: "add it in Zero Trust and name it",
      });
    this.identityProviderId = this.resource.id;
    this.redirectUri = this.resource.config.redirectUrl;
  }
}

/** A secret that is no variable is in the synthesized files for all to read. */
function checkWrittenSecret(
  construct: Construct,
  { clientSecret, secretWithheld }: WithSecret,
): void {
  if (clientSecret !== undefined && typeof clientSecret !== "string")
    addFaults(construct, [
      "clientSecret must be text: hand in a sensitive Terraform variable",
    ]);
  else if (clientSecret)
    Annotations.of(construct).addWarning(
      "clientSecret is written into the synthesized files: hand in a sensitive Terraform variable",
    );
  else if (!secretWithheld)
    addFaults(construct, [
      "clientSecret is empty: hand in a sensitive Terraform variable",
    ]);
}

function secretLifecycle(
  { clientSecret, secretRemedy, secretWithheld }: WithSecret,
  name: string,
): TerraformResourceLifecycle | undefined {
  if (secretWithheld) return { ignoreChanges: ["config.client_secret"] };
  // Terraform wants a condition to name something.
  if (!Token.isUnresolved(clientSecret)) return undefined;
  return {
    precondition: [
      {
        condition: Op.neq(clientSecret, Fn.rawString("")),
        errorMessage: `The client secret of ${name} is empty. ${secretRemedy ?? "Give the secret of its OAuth client."}`,
      },
    ],
  };
}

function configOf(
  props: IdentityProviderProps,
): ZeroTrustAccessIdentityProviderConfigA {
  const list = (items: readonly string[] | undefined) => items && [...items];
  if (props.type === "saml")
    return {
      issuerUrl: props.issuerUrl,
      ssoTargetUrl: props.ssoTargetUrl,
      idpPublicCerts: list(props.idpPublicCerts),
      attributes: list(props.attributes),
      emailAttributeName: props.emailAttributeName,
      headerAttributes: props.headerAttributes && [...props.headerAttributes],
      signRequest: props.signRequest,
    };
  if (props.type === "cloudflare") return {};
  const client = {
    clientId: props.clientId,
    clientSecret: props.clientSecret,
    // Stated, because the API answers `false` where it is left out and that
    // shows as a change in every plan.
    pkceEnabled: props.pkceEnabled ?? true,
    claims: list(props.claims),
    emailClaimName: props.emailClaimName,
  };
  switch (props.type) {
    case "google-apps":
      return { ...client, appsDomain: props.appsDomain };
    case "azureAD":
      return {
        ...client,
        directoryId: props.directoryId,
        supportGroups: props.supportGroups,
        conditionalAccessEnabled: props.conditionalAccessEnabled,
        prompt: props.prompt,
      };
    case "okta":
      return {
        ...client,
        oktaAccount: props.oktaAccount,
        authorizationServerId: props.authorizationServerId,
      };
    case "oidc":
      return {
        ...client,
        authUrl: props.authUrl,
        tokenUrl: props.tokenUrl,
        certsUrl: props.certsUrl,
        scopes: list(props.scopes),
      };
    default:
      return client;
  }
}
