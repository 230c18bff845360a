import type {
  Configuration,
  TunnelRef,
} from "../../../providers/tunnel-route/api";
import type { Api } from "../../../providers/tunnel-route/client";
import { rulesOf } from "../../../providers/tunnel-route/document";
import { parseJson, printJson } from "../../../providers/tunnel-route/json";
import type { IngressRule } from "../../../ingress/rule";

export const TUNNEL: TunnelRef = { accountId: "account", tunnelId: "tunnel" };

/** A tunnel whose configuration is kept as text, for thousands of quick runs. */
export class MemoryTunnel implements Api {
  version: number;
  source = "cloudflare";
  /** Runs before a call has its effect, or after it; it may throw. */
  before: (call: "GET" | "PUT") => void = () => {};
  after: (call: "GET" | "PUT") => void = () => {};

  /** @param text The configuration; undefined where there is none. */
  constructor(public text: string | undefined) {
    this.version = text === undefined ? 0 : 1;
  }

  get rules(): readonly IngressRule[] {
    return rulesOf(this.#config());
  }

  /** A write of someone else. */
  write(change: (rules: IngressRule[]) => IngressRule[] | void): void {
    const rules = [...this.rules];
    const config = this.#config();
    this.text = printJson({ ...config, ingress: change(rules) ?? rules });
    this.version += 1;
  }

  async getTunnel() {
    return { name: "tunnel", deletedAt: null };
  }

  async getConfiguration(): Promise<Configuration> {
    this.before("GET");
    const { version, source } = this;
    const answer = { version, source, config: this.#config() };
    this.after("GET");
    return answer;
  }

  async putConfiguration(
    _tunnel: TunnelRef,
    config: { readonly [key: string]: unknown } | null,
  ): Promise<number> {
    this.before("PUT");
    this.text = config === null ? undefined : printJson(config);
    this.version += 1;
    const { version } = this;
    this.after("PUT");
    return version;
  }

  #config() {
    return this.text === undefined
      ? null
      : (parseJson(this.text) as { [key: string]: unknown });
  }
}
