import { join, relative, resolve } from "node:path";
import {
  Annotations,
  App,
  Aspects,
  TerraformProvider,
  TerraformStack,
} from "cdktf";
import type { Construct } from "constructs";
import type * as Package from "../providers/tunnel-route/package";
import { hiddenByCliConfig } from "../terraform-plugin/cli-config";
import type * as Mirror from "../terraform-plugin/mirror";
import { onDemand } from "./on-demand";

/** Where the provider lies and what it keeps. */
export interface TunnelProviderProps {
  /** Source address under which it lies in the stack's folder. */
  readonly source: string;
  /** Exact version: it follows from the provider's content. */
  readonly version: string;
  /** Owner-only folder for what must survive a crash, from the stack's folder. */
  readonly journalDir: string;
}

/** The provider of `tunnel_route` and `tunnel_one_time_pin`; takes its API token from the environment. */
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

/** Where the journal is, from the working directory, unless a stack says so. */
const JOURNAL = join(".state", "journal");

const seen = new WeakSet<TerraformStack>();

/**
 * Gives a stack our own provider where it has none when it is
 * synthesized, and puts the provider where `terraform init` finds it.
 */
export function bringTunnelProvider(scope: Construct): void {
  const stack = TerraformStack.of(scope);
  if (seen.has(stack)) return;
  seen.add(stack);
  let brought = false;
  Aspects.of(stack).add({
    visit(node) {
      if (node !== stack || hasProvider(stack)) return;
      const { TUNNEL_PROVIDER } = tunnelPackage();
      const folder = resolve(App.of(stack).outdir, "stacks", stack.node.id);
      // A child of the user's own may have any plain name.
      new TunnelProvider(stack, "access-stacks:tunnel-provider", {
        source: TUNNEL_PROVIDER.address,
        version: mirror().providerVersion(TUNNEL_PROVIDER),
        journalDir: relative(folder, resolve(JOURNAL)),
      });
      const hidden = hiddenByCliConfig(TUNNEL_PROVIDER.address);
      if (hidden !== undefined) Annotations.of(stack).addWarning(hidden);
      brought = true;
    },
  });
  const { synthesizer } = stack;
  stack.synthesizer = {
    synthesize(session) {
      synthesizer.synthesize(session);
      if (!brought) return;
      const { workingDirectory } = session.manifest.forStack(stack);
      mirror().installProvider({
        ...tunnelPackage().TUNNEL_PROVIDER,
        stackDirectories: [join(session.outdir, workingDirectory)],
      });
    },
  };
}

function hasProvider(stack: TerraformStack): boolean {
  return stack.node
    .findAll()
    .some((construct) => construct instanceof TunnelProvider);
}

// Only a stack that has none pays for loading them.
const tunnelPackage = () =>
  onDemand("../providers/tunnel-route/package") as typeof Package;
const mirror = () => onDemand("../terraform-plugin/mirror") as typeof Mirror;
