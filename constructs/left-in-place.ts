import { TerraformElement } from "cdktf";
import type { Construct } from "constructs";

/**
 * Something that this stack may have made before and no longer manages: it
 * stays as it is, and the plan says so. Where there is no such thing this does
 * nothing.
 *
 * @see https://developer.hashicorp.com/terraform/language/resources/syntax#removing-resources
 */
export class LeftInPlace extends TerraformElement {
  /**
   * @param address The resource in Terraform's words: its type, a dot, its name.
   * @param isLeft Asked when the stack is synthesized. @default - always
   */
  constructor(
    scope: Construct,
    id: string,
    private readonly address: string,
    private readonly isLeft: () => boolean = () => true,
  ) {
    super(scope, id);
  }

  override toTerraform(): object {
    if (!this.isLeft()) return {};
    return { removed: [{ from: this.address, lifecycle: { destroy: false } }] };
  }
}
