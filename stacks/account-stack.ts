import { chmodSync, mkdirSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { CloudflareProvider } from "@cdktf/provider-cloudflare/lib/provider";
import { App, LocalBackend, TerraformStack } from "cdktf";
import type { Construct } from "constructs";

export interface AccountStackProps {
  /** Cloudflare account: 32 hexadecimal digits. */
  readonly accountId: string;
  /** Owner-only folder for state, which holds secrets in clear, and journals. */
  readonly stateDir: string;
}

/**
 * A stack on one Cloudflare account. Its API token comes from the environment
 * (`CLOUDFLARE_API_TOKEN`) and so never stands in synthesized files.
 */
export class AccountStack extends TerraformStack {
  readonly #stateDir: string;

  constructor(scope: Construct, id: string, props: AccountStackProps) {
    super(scope, id);
    this.#stateDir = resolve(props.stateDir);
    mkdirSync(this.#stateDir, { recursive: true, mode: 0o700 });
    chmodSync(this.#stateDir, 0o700);
    new CloudflareProvider(this, "cloudflare");
    // Stated, because the default writes this machine's path into the output.
    new LocalBackend(this, { path: this.statePath(`${id}.tfstate`) });
  }

  /** A file in the state folder, as seen from the folder of this stack. */
  protected statePath(file: string): string {
    const stackDir = resolve(App.of(this).outdir, "stacks", this.node.id);
    return relative(stackDir, join(this.#stateDir, file));
  }
}
