import { DataCloudflareDnsRecords } from "@cdktf/provider-cloudflare/lib/data-cloudflare-dns-records";
import { DnsRecord } from "@cdktf/provider-cloudflare/lib/dns-record";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { LeftInPlace } from "./left-in-place";
import { tunnelName } from "../dns/tunnel-name";

/** What a record is made with. */
export interface HostnameRecordProps {
  /** Zone that the host lies in: 32 hexadecimal digits. */
  readonly zoneId: string;
  /** Tunnel that the host leads to, a UUID. */
  readonly tunnelId: string;
  /** Public host, without scheme or path. */
  readonly hostname: string;
  /** What has to stand before the host may be found. */
  readonly after: ITerraformDependable[];
}

/** A record that was made, or is only read. */
export interface IHostnameRecord {
  /** The Terraform resource or data source underneath. */
  readonly resource: DnsRecord | DataCloudflareDnsRecords;
}

/**
 * The DNS record that leads a host to a tunnel: a proxied CNAME.
 *
 * @see https://developers.cloudflare.com/cloudflare-one/connections/connect-networks/routing-to-tunnel/dns/
 */
export class HostnameRecord extends Construct implements IHostnameRecord {
  /**
   * A record that stands already. It is read and never written; the plan fails
   * where it is not a proxied CNAME to this tunnel. One that the construct of
   * this id made before stays.
   */
  static existing(
    scope: Construct,
    id: string,
    props: Omit<HostnameRecordProps, "after"> & {
      /** What the message says to do where it is not so. @default - fix it there */
      readonly remedy?: string;
    },
  ): IHostnameRecord {
    const {
      hostname,
      remedy = "Fix it in the dashboard.",
      tunnelId,
      zoneId,
    } = props;
    const { tfResourceType } = DnsRecord;
    new LeftInPlace(scope, `${id}_before`, `${tfResourceType}.${id}`);
    const right = `[for it in self.result : it if it.type == "CNAME" && it.proxied && it.content == "${target(tunnelId)}"]`;
    const resource = new DataCloudflareDnsRecords(scope, id, {
      zoneId,
      name: { exact: hostname },
      lifecycle: {
        postcondition: [
          {
            condition: `\${length(self.result) == 1 && length(${right}) == 1}`,
            errorMessage:
              `${hostname} needs exactly one DNS record, a proxied CNAME to ${target(tunnelId)}. ` +
              'There: ${length(self.result) == 0 ? "none" : join(", ", [for it in self.result : "${it.type} ${it.content}${it.proxied ? "" : " (not proxied)"}"])}. ' +
              remedy,
          },
        ],
      },
    });
    return { resource };
  }

  /** The Terraform resource underneath. */
  readonly resource: DnsRecord;

  constructor(scope: Construct, id: string, props: HostnameRecordProps) {
    super(scope, id);
    this.resource = new DnsRecord(this, "Default", {
      zoneId: props.zoneId,
      name: props.hostname,
      type: "CNAME",
      content: target(props.tunnelId),
      proxied: true,
      // 1 = automatic, the only value a proxied record may have.
      ttl: 1,
      dependsOn: props.after,
    });
  }
}

function target(tunnelId: string): string {
  return tunnelName(tunnelId);
}
