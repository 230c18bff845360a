import { TerraformResource, type TerraformMetaArguments } from "cdktf";
import { Construct } from "constructs";
import type { IIdentityProvider } from "./identity-provider";
import { addFaults } from "./faults";
import { needed, readProps, type KnownProps } from "./known-props";
import { bringTunnelProvider } from "./tunnel-provider";

/** What the login by a code is made with. */
export interface OneTimePinProps {
  /** Account that has it. */
  readonly accountId: string;
  /**
   * The name that it gets where it has to be made.
   *
   * @default "Code by mail"
   */
  readonly name?: string;
}

const PROPS: KnownProps<OneTimePinProps> = {
  accountId: needed("id"),
  name: "name",
};

/**
 * A code by mail as login: who may log in needs no account anywhere. An account
 * of Cloudflare has this login method once or not at all. One that is there
 * already is used, and never changed or deleted; where there is none it is made,
 * and a destroy takes that one away. Terraform's state remembers which it was:
 * names are for people to change.
 *
 * @see https://developers.cloudflare.com/cloudflare-one/integrations/identity-providers/one-time-pin/
 */
export class OneTimePin extends Construct implements IIdentityProvider {
  /** Its id in Zero Trust, known once it is deployed. */
  readonly identityProviderId: string;
  /** The Terraform resource underneath. */
  readonly resource: OneTimePinResource;

  constructor(scope: Construct, id: string, given: OneTimePinProps) {
    super(scope, id);
    const { faults, props } = readProps(given, PROPS);
    bringTunnelProvider(this);
    addFaults(this, faults);
    this.node.addValidation({ validate: () => this.#rivalFaults(props) });
    const { accountId, name = "Code by mail" } = props;
    this.resource = new OneTimePinResource(this, "Default", {
      accountId,
      name,
    });
    this.identityProviderId = this.resource.getStringAttribute("id");
  }

  /** Of two, the one that is destroyed first could delete what the other uses. */
  #rivalFaults({ accountId }: OneTimePinProps): string[] {
    return this.node.root.node
      .findAll()
      .filter(
        (one): one is OneTimePin =>
          one instanceof OneTimePin &&
          one.resource.accountId === accountId &&
          one.node.path < this.node.path,
      )
      .map(
        (other) =>
          `the account has one login by a code, and ${other.node.path} is it already: use that one`,
      );
  }
}

interface OneTimePinResourceProps extends TerraformMetaArguments {
  readonly accountId: string;
  readonly name: string;
}

/** The Terraform resource `tunnel_one_time_pin`. */
export class OneTimePinResource extends TerraformResource {
  static readonly tfResourceType = "tunnel_one_time_pin";

  constructor(
    scope: Construct,
    id: string,
    private readonly props: OneTimePinResourceProps,
  ) {
    super(scope, id, {
      ...props,
      terraformResourceType: OneTimePinResource.tfResourceType,
    });
  }

  /** Account that has it. */
  get accountId(): string {
    return this.props.accountId;
  }

  protected override synthesizeAttributes() {
    return { account_id: this.props.accountId, name: this.props.name };
  }
}
