import { TerraformResource, type TerraformMetaArguments } from "cdktf";
import type { Construct } from "constructs";
import { AccessApp, type IAccessApp } from "./access-app";
import { originRequestBlock, type OriginRequest } from "./origin-request";

export interface TunnelRouteResourceProps extends TerraformMetaArguments {
  readonly accountId: string;
  readonly tunnelId: string;
  readonly hostname: string;
  readonly path?: string;
  readonly service: string;
  readonly originRequest?: OriginRequest & {
    readonly access?: {
      readonly required: boolean;
      readonly teamName: string;
      readonly audTag: readonly string[];
    };
  };
  readonly onDestroy: "restore" | "remove";
  /** Id of the application, where it was there before. */
  readonly existingApplication?: string;
  /** Applications whose JWT it demands: those of the stack are held against the account. */
  readonly apps?: readonly IAccessApp[];
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
    const existing = placesIn(props.apps ?? [], (app) => app._existing);
    return {
      account_id: props.accountId,
      tunnel_id: props.tunnelId,
      hostname: props.hostname,
      path: props.path,
      service: props.service,
      origin_request: originRequest && {
        ...originRequestBlock(originRequest),
        access: originRequest.access && {
          required: originRequest.access.required,
          team_name: originRequest.access.teamName,
          aud_tag: originRequest.access.audTag,
        },
      },
      on_destroy: props.onDestroy,
      existing_application:
        props.existingApplication !== undefined ||
        existing !== undefined ||
        undefined,
      application_id: props.existingApplication,
      existing_applications: existing,
      new_applications: placesIn(props.apps ?? [], (app) => app._made),
    };
  }
}

/** Ids of applications by places; undefined where there are none. */
function placesIn(
  apps: readonly IAccessApp[],
  of: (app: AccessApp) => Readonly<Record<string, string>>,
) {
  const all = apps.map((app) => (app instanceof AccessApp ? of(app) : {}));
  const ids = Object.assign({}, ...all) as Record<string, string>;
  return Object.keys(ids).length > 0 ? ids : undefined;
}
