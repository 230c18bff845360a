import { TerraformResource, type IAspect } from "cdktf";
import type { IConstruct } from "constructs";

/**
 * Lets everything be planned and nothing be applied, whoever tries: plans with
 * placeholders are for reading.
 */
export class PlanOnly implements IAspect {
  /** @param message Why it can't be applied, and what to do. */
  constructor(private readonly message: string) {}

  visit(node: IConstruct): void {
    if (!(node instanceof TerraformResource)) return;
    node.lifecycle = {
      ...node.lifecycle,
      precondition: [
        ...(node.lifecycle?.precondition ?? []),
        {
          // Not known while it is planned, and false from then on. Terraform
          // wants a condition to name something.
          condition: "${timestamp() == terraform.workspace}",
          errorMessage: this.message,
        },
      ],
    };
  }
}
