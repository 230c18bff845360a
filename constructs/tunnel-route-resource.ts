import {
  TerraformProvider,
  TerraformResource,
  type TerraformMetaArguments,
} from "cdktf";
import type { Construct } from "constructs";

export interface TunnelProviderProps {
  /** Source address under which it lies in the stack's folder. */
  readonly source: string;
  /** Exact version: it follows from the provider's content. */
  readonly version: string;
  /** Owner-only folder for what must survive a crash, from the stack's folder. */
  readonly journalDir: string;
}

/** The provider of `tunnel_route`; takes its API token from the environment. */
export class TunnelProvider extends TerraformProvider {
  constructor(
    scope: Construct,
    id: string,
    private readonly props: TunnelProviderProps,
  ) {
    super(scope, id, {
      terraformResourceType: "tunnel",
      terraformProviderSource: props.source,
      terraformGeneratorMetadata: {
        providerName: "tunnel",
        providerVersion: props.version,
        providerVersionConstraint: props.version,
      },
    });
  }

  protected override synthesizeAttributes() {
    return { journal_dir: this.props.journalDir };
  }
}

export interface TunnelRouteResourceProps extends TerraformMetaArguments {
  readonly accountId: string;
  readonly tunnelId: string;
  readonly hostname: string;
  readonly path?: string;
  readonly service: string;
  readonly originRequest?: {
    readonly httpHostHeader?: string;
    readonly access?: {
      readonly required: boolean;
      readonly teamName: string;
      readonly audTag: readonly string[];
    };
  };
  readonly onDestroy: "restore" | "remove";
}

/** The Terraform resource `tunnel_route`. */
export class TunnelRouteResource extends TerraformResource {
  constructor(
    scope: Construct,
    id: string,
    private readonly props: TunnelRouteResourceProps,
  ) {
    super(scope, id, { ...props, terraformResourceType: "tunnel_route" });
  }

  protected override synthesizeAttributes() {
    const { originRequest, ...props } = this.props;
    return {
      account_id: props.accountId,
      tunnel_id: props.tunnelId,
      hostname: props.hostname,
      path: props.path,
      service: props.service,
      origin_request: originRequest && {
        http_host_header: originRequest.httpHostHeader,
        access: originRequest.access && {
          required: originRequest.access.required,
          team_name: originRequest.access.teamName,
          aud_tag: originRequest.access.audTag,
        },
      },
      on_destroy: props.onDestroy,
    };
  }
}
