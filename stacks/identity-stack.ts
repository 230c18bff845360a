import { ZeroTrustAccessIdentityProvider } from "@cdktf/provider-cloudflare/lib/zero-trust-access-identity-provider";
import { TerraformVariable } from "cdktf";
import type { Construct } from "constructs";
import { AccessGroup } from "../constructs/access-group";
import { AccessRule } from "../constructs/access-rule";
import { addFaults } from "../constructs/faults";
import { IdentityProvider } from "../constructs/identity-provider";
import { LeftInPlace } from "../constructs/left-in-place";
import { placeholderId } from "../constructs/placeholder";
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
  /**
   * Groups by their names in Zero Trust, for the `allowedGroups` of any number
   * of services. Before one is taken out here, its services have to be deployed
   * without it.
   *
   * @default - none is made
   */
  readonly groups?: Readonly<Record<string, GroupMembers>>;
}

/** Who is in a group: whoever fits any of what is given. */
export interface GroupMembers {
  /** Addresses of people. */
  readonly emails?: readonly string[];
  /** Everyone whose address ends so: `example.com`. */
  readonly emailDomains?: readonly string[];
  /** Further rules, any of which makes a member. */
  readonly include?: readonly AccessRule[];
  /** Rules that every member must fit as well. */
  readonly require?: readonly AccessRule[];
}

const OWN = {
  type: ZeroTrustAccessIdentityProvider.tfResourceType,
  id: "google",
};

/** How people log in to every service of the account. */
export class IdentityStack extends AccountStack {
  constructor(scope: Construct, id: string, props: IdentityStackProps) {
    super(scope, id, props);
    const { accountId, groups = {}, loginMethod } = props;
    for (const [name, members] of Object.entries(groups))
      this.#addGroup(accountId, name, members);
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
      secretWithheld: props.planOnly,
    });
    this.makes.add(placeholderId("login method", loginMethod.name));
  }
  #addGroup(accountId: string, name: string, members: GroupMembers): void {
    if (!/^\w[\w -]*$/.test(name)) {
      addFaults(this, [
        `a group's name must be letters, digits, spaces, "-" and "_", got "${name}"`,
      ]);
      return;
    }
    new AccessGroup(this, `group_${name.replaceAll(" ", "_")}`, {
      accountId,
      name,
      include: [
        ...(members.emails ?? []).map(AccessRule.email),
        ...(members.emailDomains ?? []).map(AccessRule.emailDomain),
        ...(members.include ?? []),
      ],
      require: members.require,
    });
    this.makes.add(placeholderId("Access group", name));
  }
}
