import { checkProps } from "../base/check-props";
import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import { addFaults } from "../constructs/faults";
import { ManagedTunnel } from "../constructs/managed-tunnel";
import { placeholderId } from "../constructs/placeholder";
import { TunnelProvider } from "../constructs/tunnel-provider";
import { TUNNEL_TOKEN } from "../contract/tunnel-token";
import { TUNNEL_PROVIDER } from "../providers/tunnel-route/package";
import { providerVersion } from "../terraform-plugin/mirror";
import { AccountStack, type AccountStackProps } from "./account-stack";
import { tunnelProps } from "./known-props";

/** What the stack of a tunnel is made with. */
export interface TunnelStackProps extends AccountStackProps {
  /** Name that the tunnel gets, and by which services find it. */
  readonly tunnel: string;
}

/**
 * A tunnel for who has none, so that all else can be code. Services that are
 * given it as `tunnelStack` are deployed after it and destroyed before it. Its
 * destroy is refused while it has rules, of others too, or connectors.
 *
 * @example
 * ```ts
 * import { AccessStacks, TunnelStack } from "access-stacks/stacks";
 *
 * AccessStacks.synthesize((app) => {
 *   const tunnelStack = new TunnelStack(app, "tunnel", {
 *     accountId: "0123456789abcdef0123456789abcdef",
 *     stateDir: ".state",
 *     tunnel: "home",
 *   });
 *   console.log(`${tunnelStack.tunnel} is made before each service`);
 * });
 * ```
 */
export class TunnelStack extends AccountStack {
  /** Name of the tunnel. */
  readonly tunnel: string;
  /** The tunnel. */
  readonly made: ManagedTunnel;

  constructor(scope: Construct, id: string, given: TunnelStackProps) {
    checkProps(
      "TunnelStack",
      given,
      ["accountId", "stateDir", "tunnel"],
      ["stateDir"],
    );
    super(scope, id, given);
    const { faults, props } = tunnelProps(given);
    addFaults(this, faults);
    const { accountId, tunnel } = props;
    this.tunnel = tunnel;
    new TunnelProvider(this, "tunnel-provider", {
      source: TUNNEL_PROVIDER.address,
      version: providerVersion(TUNNEL_PROVIDER),
      journalDir: this.statePath("journal"),
    });
    this.makes.add(placeholderId("tunnel", tunnel));
    this.made = new ManagedTunnel(this, "tunnel", { accountId, name: tunnel });
    new TerraformOutput(this, TUNNEL_TOKEN, {
      value: this.made.token,
      sensitive: true,
    });
  }
}
