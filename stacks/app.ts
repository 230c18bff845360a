import "./before-cdktf";
import { chmodSync } from "node:fs";
import { join } from "node:path";
import { Annotations, App, TerraformStack } from "cdktf";
import { TunnelProvider } from "../constructs/tunnel-provider";
import { TUNNEL_PROVIDER } from "../providers/tunnel-route/package";
import { UsageError } from "../base/usage-error";
import { hiddenByCliConfig } from "../terraform-plugin/cli-config";
import { installWanted } from "../terraform-plugin/mirror";
import { removeOldPlans } from "./old-plans";
import { ServiceStack } from "./service-stack";

/** The stacks of one account. */
export class AccessStacks extends App {
  /**
   * Builds the stacks and synthesizes them. What is wrong with settings or
   * props is printed, all of it, and the process exits with 2. Any other
   * failure is printed with what shows its place in the code, and exits with 1.
   */
  static synthesize(build: (app: AccessStacks) => void): void {
    try {
      const app = new AccessStacks();
      build(app);
      app.synth();
    } catch (thrown) {
      const error = sameNames(thrown) ?? thrown;
      const usage = error instanceof UsageError;
      if (!usage && process.execArgv.includes("--enable-source-maps"))
        throw error;
      console.error(
        usage
          ? error.message
          : `${String(error)}\nTo see where: node --enable-source-maps --import tsx main.ts`,
      );
      process.exitCode = usage ? 2 : 1;
    }
  }

  constructor() {
    // Where each construct was made is of no use in the output, and finding it
    // out is a good part of a synth.
    super({ stackTraces: false });
  }

  /** Synthesizes every stack. @throws UsageError with all faults of all stacks */
  override synth(): void {
    const faults = [
      ...this.node
        .findAll()
        .flatMap((construct) =>
          construct.node
            .validate()
            .map((fault) => `${construct.node.path}: ${fault}`),
        ),
      ...sharedHosts(this),
    ];
    if (faults.length > 0) throw new UsageError("Stacks", faults);
    const hidden = hiddenByCliConfig(TUNNEL_PROVIDER.address);
    if (hidden !== undefined)
      for (const stack of this.#stacks())
        if (stack.node.findAll().some((it) => it instanceof TunnelProvider))
          Annotations.of(stack).addWarning(hidden);
    super.synth();
    // cdktf leaves plan files in here, which hold secrets and which it makes
    // readable for everyone.
    chmodSync(this.outdir, 0o700);
    const stackDirectories = this.#stacks().map((stack) =>
      join(this.outdir, "stacks", stack.node.id),
    );
    removeOldPlans(stackDirectories);
    installWanted(TUNNEL_PROVIDER, stackDirectories);
  }

  #stacks(): TerraformStack[] {
    return this.node
      .findAll()
      .filter((construct) => construct instanceof TerraformStack);
  }
}

/** What it means to users that a construct has the id of another. */
function sameNames(error: unknown): UsageError | undefined {
  const [, id, scope] =
    /already a Construct with name '(.*)' in \w+(?: \[(.*)\])?/.exec(
      String(error),
    ) ?? [];
  return id === undefined
    ? undefined
    : new UsageError("Stacks", [
        `two parts of ${scope || "this app"} would have the id "${id}": give one of them another name`,
      ]);
}

function sharedHosts(app: App): string[] {
  const owners = new Map<string, string[]>();
  for (const stack of app.node.children)
    if (stack instanceof ServiceStack)
      owners.set(stack.hostname, [
        ...(owners.get(stack.hostname) ?? []),
        stack.node.id,
      ]);
  return [...owners]
    .filter(([, stacks]) => stacks.length > 1)
    .map(
      ([hostname, stacks]) =>
        `${stacks.join(" and ")} both use ${hostname}: give each service its own host`,
    );
}
