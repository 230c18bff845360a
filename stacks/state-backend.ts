import { TerraformBackend, type TerraformRemoteState } from "cdktf";
import type { Construct } from "constructs";
import type { Backend } from "../state/backend";

/** Writes a backend into a stack. */
export class StateBackend extends TerraformBackend {
  constructor(
    scope: Construct,
    private readonly backend: Backend,
  ) {
    super(scope, "backend", backend.type);
  }

  protected override synthesizeAttributes() {
    return { ...this.backend.arguments };
  }

  /** @throws Error always: stacks look shared things up by name */
  override getRemoteStateDataSource(): TerraformRemoteState {
    throw new Error("no value crosses from stack to stack");
  }
}
