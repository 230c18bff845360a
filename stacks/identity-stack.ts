import { TerraformVariable } from "cdktf";
import type { Construct } from "constructs";
import { IdentityProvider } from "../constructs/identity-provider";
import { AccountStack, type AccountStackProps } from "./account-stack";

export interface IdentityStackProps extends AccountStackProps {
  readonly loginMethod: {
    /** Its name in Zero Trust; the services' stacks find it by this name. */
    readonly name: string;
    /**
     * Id of Google's OAuth client; the secret is the Terraform variable
     * `google_client_secret` (`TF_VAR_google_client_secret`).
     *
     * @default - the login method exists already: this stack creates nothing
     */
    readonly googleClientId?: string;
  };
}

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
      return;
    }
    new IdentityProvider(this, "google", {
      accountId,
      name: loginMethod.name,
      clientId: loginMethod.googleClientId,
      clientSecret: clientSecret.stringValue,
    });
  }
}
