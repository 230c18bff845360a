import {
  TerraformResource,
  type ITerraformDependable,
  type TerraformMetaArguments,
} from "cdktf";
import { Construct } from "constructs";
import { TUNNEL_RECORD } from "../base/tunnel-record";
import { tunnelName } from "../dns/tunnel-name";
import { addFaults } from "./faults";
import { needed, readProps, type KnownProps } from "./known-props";
import { MovedFrom } from "./moved-from";
import { bringTunnelProvider } from "./tunnel-provider";

/** What a record is made with. */
export interface HostnameRecordProps {
  /** Zone that the host lies in: 32 hexadecimal digits. */
  readonly zoneId: string;
  /** Tunnel that the host leads to, a UUID. */
  readonly tunnelId: string;
  /** Public host, without scheme or path. */
  readonly hostname: string;
  /** What has to be there before the host may be found. */
  readonly after: ITerraformDependable[];
  /**
   * `create`: the plan fails where the host has a record already. `existing`: it
   * fails where there is none, and a record that this stack made stays as it is.
   * `replace`: it takes the place of records that lead elsewhere, and a destroy
   * puts them back.
   *
   * @default - one that is there is used, and one is made where there is none
   */
  readonly ownership?: "create" | "existing" | "replace";
}

const PROPS: KnownProps<HostnameRecordProps> = {
  zoneId: needed("id"),
  tunnelId: needed("uuid"),
  hostname: needed("value"),
  after: needed("list"),
  ownership: ["create", "existing", "replace"],
};

/**
 * The DNS record that points a host to a tunnel: a proxied CNAME. One that is
 * there when the state has none is used, and never changed or deleted. Where
 * there is none it is made, after all that protects the host, and a destroy
 * deletes it. Terraform's state remembers which it was. One that leads elsewhere
 * fails the plan, unless `ownership` says that it is replaced: then the state
 * remembers it whole, and a destroy puts it back in one step. Cloudflare's servers
 * see such a step within seconds, each change by itself.
 *
 * @see https://developers.cloudflare.com/cloudflare-one/connections/connect-networks/routing-to-tunnel/dns/
 * @see https://developers.cloudflare.com/dns/manage-dns-records/how-to/batch-record-changes/
 */
export class HostnameRecord extends Construct {
  /** The Terraform resource underneath. */
  readonly resource: HostnameRecordResource;

  constructor(scope: Construct, id: string, given: HostnameRecordProps) {
    super(scope, id);
    bringTunnelProvider(this);
    const { faults, props } = readProps(given, PROPS);
    addFaults(this, faults);
    const { after, hostname, ownership, tunnelId, zoneId } = props;
    this.resource = new HostnameRecordResource(this, "Default", {
      zoneId,
      name: hostname,
      content: tunnelName(tunnelId),
      ownership,
      dependsOn: after,
    });
    const name = this.resource.friendlyUniqueId;
    new MovedFrom(this, "before", {
      from: `cloudflare_dns_record.${name}`,
      to: `${TUNNEL_RECORD}.${name}`,
    });
  }
}

interface HostnameRecordResourceProps extends TerraformMetaArguments {
  readonly zoneId: string;
  readonly name: string;
  readonly content: string;
  readonly ownership?: string;
}

/** The Terraform resource `tunnel_dns_record`. */
export class HostnameRecordResource extends TerraformResource {
  static readonly tfResourceType = TUNNEL_RECORD;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: HostnameRecordResourceProps,
  ) {
    super(scope, id, { ...props, terraformResourceType: TUNNEL_RECORD });
  }

  protected override synthesizeAttributes() {
    const { content, name, ownership, zoneId } = this.props;
    return { zone_id: zoneId, name, content, ownership };
  }
}
