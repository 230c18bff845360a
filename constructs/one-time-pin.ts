import { DataCloudflareZeroTrustAccessIdentityProviders } from "@cdktf/provider-cloudflare/lib/data-cloudflare-zero-trust-access-identity-providers";
import { ZeroTrustAccessIdentityProvider } from "@cdktf/provider-cloudflare/lib/zero-trust-access-identity-provider";
import { Construct } from "constructs";
import type { IIdentityProvider } from "./identity-provider";

export interface OneTimePinProps {
  /** Account that has it. */
  readonly accountId: string;
  /**
   * The name that it gets where it has to be made, by which it is known as ours
   * later: one that nobody gives by hand.
   *
   * @default "Code by mail"
   */
  readonly name?: string;
}

/**
 * A code by mail as login: who may log in needs no account anywhere. An account
 * of Cloudflare has this login method once or not at all. One that is there
 * already is used, and never changed or deleted; where there is none it is made,
 * and a destroy takes that one away.
 *
 * @see https://developers.cloudflare.com/cloudflare-one/integrations/identity-providers/one-time-pin/
 */
export class OneTimePin extends Construct implements IIdentityProvider {
  readonly identityProviderId: string;
  /** The Terraform resource underneath; there is none of it where one existed. */
  readonly resource: ZeroTrustAccessIdentityProvider;

  constructor(scope: Construct, id: string, props: OneTimePinProps) {
    super(scope, id);
    const { accountId, name = "Code by mail" } = props;
    const all = new DataCloudflareZeroTrustAccessIdentityProviders(
      this,
      "there",
      { accountId },
    );
    const others = `try([for it in ${all.fqn}.result : it.id if it.type == "onetimepin" && it.name != ${JSON.stringify(name)}], [])`;
    this.resource = new ZeroTrustAccessIdentityProvider(this, "Default", {
      accountId,
      name,
      type: "onetimepin",
      config: {},
    });
    this.resource.addOverride("count", `\${length(${others}) > 0 ? 0 : 1}`);
    this.identityProviderId = `\${try(one(${this.resource.fqn}[*].id), null) != null ? one(${this.resource.fqn}[*].id) : try(${others}[0], "not-found")}`;
  }
}
