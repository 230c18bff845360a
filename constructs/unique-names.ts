import { TerraformResource, type TerraformMetaArguments } from "cdktf";
import type { Construct } from "constructs";
import { UNIQUE_NAMES } from "../base/unique-names";

interface UniqueNamesProps extends TerraformMetaArguments {
  /** Account that has them. */
  readonly accountId: string;
}

/**
 * The Terraform resource `tunnel_unique_names`: it makes nothing, and refuses a
 * plan that would make a second login method or group of a name.
 */
export class UniqueNamesResource extends TerraformResource {
  static readonly tfResourceType = UNIQUE_NAMES;
  /** Ids of the login methods that the stack makes, by their names. */
  readonly loginMethods: Record<string, string> = {};
  /** Ids of the groups that it makes, by their names. */
  readonly groups: Record<string, string> = {};

  constructor(
    scope: Construct,
    id: string,
    private readonly props: UniqueNamesProps,
  ) {
    super(scope, id, {
      ...props,
      terraformResourceType: UniqueNamesResource.tfResourceType,
    });
  }

  protected override synthesizeAttributes() {
    return {
      account_id: this.props.accountId,
      login_methods: given(this.loginMethods),
      groups: given(this.groups),
    };
  }
}

function given(ids: Readonly<Record<string, string>>) {
  return Object.keys(ids).length > 0 ? ids : undefined;
}
