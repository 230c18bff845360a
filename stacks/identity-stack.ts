import { ZeroTrustAccessIdentityProvider } from "@cdktf/provider-cloudflare/lib/zero-trust-access-identity-provider";
import { TerraformVariable } from "cdktf";
import type { Construct } from "constructs";
import { IdentityProvider } from "../constructs/identity-provider";
import { LeftInPlace } from "../constructs/left-in-place";
import { AccountStack, type AccountStackProps } from "./account-stack";

export interface IdentityStackProps extends AccountStackProps {
  readonly loginMethod: {
    /** Its name in Zero Trust; the services' stacks find it by this name. */
    readonly name: string;
    /**
     * Id of Google's OAuth client; the secret is the Terraform variable
     * `google_client_secret` (`TF_VAR_google_client_secret`).
     *
     * @default - the login method exists already: this stack creates nothing.
     * One that it made before stays in the account, as services may still
     * name it when this stack is deployed.
     */
    readonly googleClientId?: string;
  };
}

const OWN = {
  type: ZeroTrustAccessIdentityProvider.tfResourceType,
  id: "google",
};

/** How people log in to every service of the account. */
export class IdentityStack extends AccountStack {
  constructor(scope: Construct, id: string, props: IdentityStackProps) {
    super(scope, id, props);
    const { accountId, loginMethod } = props;
    // Always declared, so that a value in the environment is never refused.
    // Without a default a destroy would wait at a prompt for it.
    const clientSecret = new TerraformVariable(this, "google_client_secret", {
      type: "string",
      sensitive: true,
      default: "",
      description: "Secret of Google's OAuth client",
    });
    if (loginMethod.googleClientId === undefined) {
      IdentityProvider.fromName(this, "login_methods", {
        accountId,
        name: loginMethod.name,
      });
      new LeftInPlace(this, "own_login_method", `${OWN.type}.${OWN.id}`);
      return;
    }
    new IdentityProvider(this, OWN.id, {
      accountId,
      name: loginMethod.name,
      clientId: loginMethod.googleClientId,
      clientSecret: clientSecret.stringValue,
    });
  }
}
