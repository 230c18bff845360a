import { DataCloudflareZeroTrustAccessIdentityProviders } from "@cdktf/provider-cloudflare/lib/data-cloudflare-zero-trust-access-identity-providers";
import { ZeroTrustAccessIdentityProvider } from "@cdktf/provider-cloudflare/lib/zero-trust-access-identity-provider";
import { Fn, Op } from "cdktf";
import { Construct } from "constructs";
import { lookUp } from "./lookup";

/** A login method of the account. */
export interface IIdentityProvider {
  readonly identityProviderId: string;
}

export interface IdentityProviderProps {
  /** Account that owns the login method. */
  readonly accountId: string;
  /** The name people see on the login page. @default "Google" */
  readonly name?: string;
  /**
   * Id of an OAuth web client of Google whose only redirect URI is
   * `https://<team>.cloudflareaccess.com/cdn-cgi/access/callback`.
   *
   * @see https://developers.cloudflare.com/cloudflare-one/identity/idp-integration/google/
   */
  readonly clientId: string;
  /** The client's secret: hand in a sensitive Terraform variable. */
  readonly clientSecret: string;
  /**
   * Whether the secret is kept from this run, which only plans: it is not asked
   * for, and a deployed one counts as unchanged.
   *
   * @default false
   */
  readonly secretWithheld?: boolean;
}

/**
 * Google as a login method of the account.
 *
 * An empty secret fails the plan of a deploy, and not that of a destroy.
 */
export class IdentityProvider extends Construct implements IIdentityProvider {
  /** A login method that was made elsewhere, by its name; creates nothing. */
  static fromName(
    scope: Construct,
    id: string,
    props: {
      readonly accountId: string;
      readonly name: string;
      /** Its id in a plan that is never applied, where it is not there yet. */
      readonly placeholder?: string;
    },
  ): IIdentityProvider {
    const all = new DataCloudflareZeroTrustAccessIdentityProviders(scope, id, {
      accountId: props.accountId,
    });
    const identityProviderId = lookUp(all, {
      kind: "login method",
      name: props.name,
      placeholder: props.placeholder,
      remedy:
        "Deploy the stack that makes it first, or set ACCESS_LOGIN_METHOD to one of these.",
    });
    return { identityProviderId };
  }

  readonly identityProviderId: string;
  /** The Terraform resource underneath. */
  readonly resource: ZeroTrustAccessIdentityProvider;

  constructor(scope: Construct, id: string, props: IdentityProviderProps) {
    super(scope, id);
    this.resource = new ZeroTrustAccessIdentityProvider(this, "Default", {
      accountId: props.accountId,
      name: props.name ?? "Google",
      type: "google",
      config: {
        clientId: props.clientId,
        clientSecret: props.clientSecret,
        // Stated, because the API answers `false` where it is left out and
        // that shows as a change in every plan.
        pkceEnabled: true,
      },
      lifecycle: props.secretWithheld
        ? { ignoreChanges: ["config.client_secret"] }
        : {
            precondition: [
              {
                condition: Op.neq(props.clientSecret, Fn.rawString("")),
                errorMessage:
                  "Google's client secret is empty. Set TF_VAR_google_client_secret to the secret of the OAuth client.",
              },
            ],
          },
    });
    this.identityProviderId = this.resource.id;
  }
}
