import { TerraformResource, type TerraformMetaArguments } from "cdktf";
import { Construct } from "constructs";
import { MANAGED_TUNNEL } from "../base/managed-tunnel";
import { addFaults } from "./faults";
import { needed, readProps, type KnownProps } from "./known-props";
import { bringTunnelProvider } from "./tunnel-provider";

/** What a tunnel is made with. */
export interface ManagedTunnelProps {
  /** Account that gets it. */
  readonly accountId: string;
  /** Its name, which no other tunnel of the account has. */
  readonly name: string;
}

const PROPS: KnownProps<ManagedTunnelProps> = {
  accountId: needed("id"),
  name: needed("name"),
};

/**
 * A remotely managed tunnel that the account has not had before. A destroy is
 * refused as long as it has rules or connectors. Its token, with which anybody
 * can run a connector and receive what visitors send, is in the state.
 *
 * @see https://developers.cloudflare.com/cloudflare-one/networks/connectors/cloudflare-tunnel/
 */
export class ManagedTunnel extends Construct {
  /** Its id, known once it is deployed. */
  readonly tunnelId: string;
  /** What its connectors run with: a secret, known once it is deployed. */
  readonly token: string;
  /** The Terraform resource underneath. */
  readonly resource: ManagedTunnelResource;

  constructor(scope: Construct, id: string, given: ManagedTunnelProps) {
    super(scope, id);
    const { faults, props } = readProps(given, PROPS);
    bringTunnelProvider(this);
    addFaults(this, faults);
    const { accountId, name } = props;
    this.resource = new ManagedTunnelResource(this, "Default", {
      accountId,
      name,
    });
    this.tunnelId = this.resource.getStringAttribute("id");
    this.token = this.resource.getStringAttribute("token");
  }
}

interface ManagedTunnelResourceProps extends TerraformMetaArguments {
  readonly accountId: string;
  readonly name: string;
}

/** The Terraform resource `tunnel_managed`. */
export class ManagedTunnelResource extends TerraformResource {
  static readonly tfResourceType = MANAGED_TUNNEL;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: ManagedTunnelResourceProps,
  ) {
    super(scope, id, { ...props, terraformResourceType: MANAGED_TUNNEL });
  }

  protected override synthesizeAttributes() {
    return { account_id: this.props.accountId, name: this.props.name };
  }
}
