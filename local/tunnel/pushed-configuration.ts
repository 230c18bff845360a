import { ingressFaults } from "../../ingress/validate";
import type { IngressRule, TunnelConfiguration } from "../account-objects";

/** The rules that a connector works by, and where they come from. */
export interface Applied {
  /** -1 while nothing was applied. */
  readonly version: number;
  /** Empty: every request is answered 503. */
  readonly rules: readonly IngressRule[];
  /** `originRequest` of the document: what a rule leaves out. */
  readonly defaults: Readonly<Record<string, unknown>>;
}

/**
 * What a connector keeps of the configurations that Cloudflare pushes: the
 * newest that it could apply. One that is not newer is ignored, and one with a
 * fault is refused as a whole while the one before stays in force.
 *
 * @see https://developers.cloudflare.com/cloudflare-one/networks/connectors/cloudflare-tunnel/do-more-with-tunnels/local-management/ingress/
 */
export class PushedConfiguration {
  #applied: Applied = { version: -1, rules: [], defaults: {} };
  /** The newest version that was looked at, taken or refused. */
  #seen = -1;
  #faults: readonly string[] = [];

  get applied(): Applied {
    return this.#applied;
  }

  /** Why the last push was refused, a sentence for each fault; empty where it was taken. */
  get faults(): readonly string[] {
    return this.#faults;
  }

  push({ version, config }: TunnelConfiguration): void {
    if (version <= this.#seen) return;
    this.#seen = version;
    const rules = config?.ingress ?? [];
    const defaults = config?.originRequest ?? {};
    this.#faults = ingressFaults(rules, defaults);
    if (this.#faults.length > 0) return;
    this.#applied = { version, rules: structuredClone(rules), defaults };
  }
}
