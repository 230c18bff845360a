import { checkProps } from "../base/check-props";
import { chmodSync, mkdirSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import {
  App,
  Aspects,
  TerraformOutput,
  TerraformStack,
  type TerraformElement,
} from "cdktf";
import type { Construct, Node } from "constructs";
import { DEFAULT_PROVIDER } from "../base/provider-versions";
import { PinnedCloudflareProvider } from "../constructs/cloudflare-provider";
import { addFaults } from "../constructs/faults";
import { PlanOnly } from "../constructs/plan-only";
import type { RemoteState } from "../state/remote-state";
import { waiverFaults, WAIVERS_OUTPUT, type Waiver } from "../contract/waivers";
import { WRITTEN_BY_OUTPUT } from "../contract/written-by";
import { bucketBackend, fileBackend } from "../state/backend";
import { StateBackend } from "./state-backend";
import { elsewhereFault } from "../state/state-files";

/** What every stack on an account is made with. */
export interface AccountStackProps {
  /** Cloudflare account: 32 hexadecimal digits. */
  readonly accountId: string;
  /** Owner-only folder for state, which holds secrets in clear, and journals. */
  readonly stateDir: string;
  /** Bucket that keeps the state. @default - a file in `stateDir` does */
  readonly remoteState?: RemoteState;
  /**
   * Whether only plans are made, for a review: with placeholders for what
   * another stack has yet to make, and never to be applied.
   *
   * @default false
   */
  readonly planOnly?: boolean;
  /**
   * House rules that this stack may break for a while, each with the reason and
   * the last day. A review shows them, and fails once they end.
   *
   * @default - none
   */
  readonly waivers?: readonly Waiver[];
  /**
   * Version of Cloudflare's provider, 5.14.0 or a later one of 5: some props
   * need a newer one. An older one refuses the state that a newer one wrote, even
   * to destroy it: docs/state.md says how to go back.
   *
   * @default "5.14.0"
   */
  readonly cloudflareProviderVersion?: string;
}

/**
 * A stack on one Cloudflare account. Its API token comes from the environment
 * (`CLOUDFLARE_API_TOKEN`) and so never stands in synthesized files.
 */
export class AccountStack extends TerraformStack {
  /** Placeholders of what this stack makes and others look up by name. */
  readonly makes: Set<string> = new Set();
  readonly #stateDir: string;

  constructor(scope: Construct, id: string, props: AccountStackProps) {
    checkProps("AccountStack", props, ["accountId", "stateDir"], ["stateDir"]);
    super(scope, id);
    this.#stateDir = resolve(props.stateDir);
    mkdirSync(this.#stateDir, { recursive: true, mode: 0o700 });
    chmodSync(this.#stateDir, 0o700);
    const waivers = Array.isArray(props.waivers) ? props.waivers : [];
    addFaults(this, waiverFaults(waivers));
    // An output, so that a plan carries them. None says nothing: an output that
    // comes with a new version of this code would be a change to deploy.
    if (waivers.length > 0)
      new TerraformOutput(this, WAIVERS_OUTPUT, { value: waivers });
    if (props.planOnly)
      Aspects.of(this).add(
        new PlanOnly(
          "This was planned with ACCESS_PLAN_ONLY, for a review. Unset it and plan again.",
        ),
      );
    const { cloudflareProviderVersion: version } = props;
    new PinnedCloudflareProvider(this, "cloudflare", version);
    // Another version is a change of its own, to be seen and applied. None is
    // said of the default: see the waivers.
    if (version !== undefined && version !== DEFAULT_PROVIDER)
      new TerraformOutput(this, WRITTEN_BY_OUTPUT, { value: version });
    const { remoteState } = props;
    addFaults(this, [
      !props.planOnly && elsewhereFault(this.#stateDir, id, remoteState),
    ]);
    // Stated, because the default writes this machine's path into the output.
    new StateBackend(
      this,
      remoteState
        ? bucketBackend(remoteState, id)
        : fileBackend(this.statePath(`${id}.tfstate`)),
    );
  }

  /** No name in Terraform begins with a digit, as `3d-printer.example.com` does. */
  protected override allocateLogicalId(
    element: TerraformElement | Node,
  ): string {
    return super.allocateLogicalId(element).replace(/^(?=\d)/, "_");
  }

  /** A file in the state folder, as seen from the folder of this stack. */
  protected statePath(file: string): string {
    const stackDir = resolve(App.of(this).outdir, "stacks", this.node.id);
    return relative(stackDir, join(this.#stateDir, file));
  }
}
