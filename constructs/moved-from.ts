import { TerraformElement } from "cdktf";
import type { Construct } from "constructs";

/**
 * Something that this stack made before as a resource of another type or name:
 * it goes on as the one that the stack has now. Where the state has no such thing this
 * does nothing.
 *
 * @see https://developer.hashicorp.com/terraform/language/modules/develop/refactoring
 */
export class MovedFrom extends TerraformElement {
  /** Both in Terraform's words: the type, a dot, the name. */
  constructor(
    scope: Construct,
    id: string,
    private readonly addresses: { readonly from: string; readonly to: string },
  ) {
    super(scope, id);
  }

  override toTerraform(): object {
    return { moved: [this.addresses] };
  }
}
