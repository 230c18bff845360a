import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CUT_CREATE } from "../../../base/cut-create";
import type { TunnelRef } from "../../../providers/tunnel-route/api";
import { Client, type Api } from "../../../providers/tunnel-route/client";
import { Journal } from "../../../providers/tunnel-route/journal";
import { SETTINGS } from "../../../providers/tunnel-route/origin-request";
import { tunnelRoute } from "../../../providers/tunnel-route/resource";
import { standardPlan } from "../../../terraform-plugin/plan";
import {
  ProviderError,
  type Context,
} from "../../../terraform-plugin/provider";
import type { ObjectValue } from "../../../terraform-plugin/value";
import { TUNNEL } from "./memory-tunnel";

/** What a route's block in the configuration holds. */
export interface Block {
  readonly hostname: string;
  readonly path?: string;
  readonly service?: string;
  readonly origin_request?: ObjectValue;
  readonly on_destroy?: "restore" | "remove";
}

export interface StackOptions {
  /** @default - no wait at all */
  readonly sleep?: (ms: number) => Promise<void>;
  /** @default TUNNEL */
  readonly tunnel?: TunnelRef;
  readonly journal?: Pick<Journal, "read" | "write" | "remove">;
}

/**
 * Does with routes what Terraform does, without Terraform: one call refreshes,
 * plans and applies. State and journal outlive a failed call, as on a disk.
 */
export class Stack {
  readonly folder = mkdtempSync(join(tmpdir(), "tunnel-route-"));
  readonly state = new Map<string, ObjectValue>();
  readonly warnings: string[] = [];
  /** What each wait for another try was, in milliseconds. */
  readonly waits: number[] = [];

  constructor(
    private readonly api: Api,
    private readonly options: StackOptions = {},
  ) {}

  /** Like `terraform apply` with these blocks, and no others, in the code. */
  async apply(blocks: { readonly [name: string]: Block }): Promise<void> {
    const context = this.#connect();
    await this.#refresh(context);
    const steps: (() => Promise<void>)[] = [];
    for (const [name, prior] of this.state)
      if (!(name in blocks)) {
        await tunnelRoute.planDestroy!(prior, context);
        steps.push(() => this.#delete(name, prior, context));
      }
    for (const [name, block] of Object.entries(blocks))
      steps.push(await this.#plan(name, block, context));
    for (const step of steps) await step();
  }

  destroy = () => this.apply({});

  /** Like `terraform import` of what a create that was cut off has written. */
  async importCut(name: string, { hostname, path }: Block): Promise<void> {
    const context = this.#connect();
    const { accountId, tunnelId } = this.options.tunnel ?? TUNNEL;
    const id = [accountId, tunnelId, hostname, ...(path ? [path] : [])];
    const state = await tunnelRoute.import!(CUT_CREATE + id.join("/"), context);
    this.state.set(name, state);
  }

  /** Ids of what the journal still notes. */
  get noted(): string[] {
    const folder = join(this.folder, "journal");
    return existsSync(folder) ? readdirSync(folder) : [];
  }

  /** Whether a plan would change nothing. */
  async isUpToDate(blocks: { readonly [name: string]: Block }) {
    const context = this.#connect();
    const before = JSON.stringify([...this.state]);
    await this.#refresh(context);
    return (
      before === JSON.stringify([...this.state]) &&
      this.state.size === Object.keys(blocks).length
    );
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #connect(): Context<Client> {
    const journal = new Journal(join(this.folder, "journal"));
    const client = new Client({
      // Who gets in by its rules is for others to test.
      isReviewed: true,
      api: this.api,
      managedTunnels: {} as Client["managedTunnels"],
      pins: NO_PINS,
      applications: {
        get: refuse,
        has: refuse,
        list: nothing,
        policies: nothing,
        groups: nothing,
        put: refuse,
      },
      records: {} as Client["records"],
      names: {} as Client["names"],
      journal: (this.options.journal ?? journal) as Journal,
      lockFolder: join(this.folder, "locks"),
      sleep: async (ms) => {
        this.waits.push(ms);
        await this.options.sleep?.(ms);
      },
    });
    const diagnostics = {
      error: (summary: string, detail = "") => {
        throw new ProviderError(summary, detail);
      },
      warn: (summary: string, detail = "") =>
        void this.warnings.push(`${summary}\n${detail}`),
    };
    return { client, diagnostics, signal: new AbortController().signal };
  }

  async #refresh(context: Context<Client>): Promise<void> {
    for (const [name, state] of this.state) {
      const now = await tunnelRoute.read(state, context);
      if (now === null) this.state.delete(name);
      else this.state.set(name, now);
    }
  }

  /** Plans one block; what is to be done is returned. */
  async #plan(
    name: string,
    block: Block,
    context: Context<Client>,
  ): Promise<() => Promise<void>> {
    const config = configOf(block, this.options.tunnel ?? TUNNEL);
    tunnelRoute.validate!(config, context.diagnostics);
    const prior = this.state.get(name) ?? null;
    const moves =
      prior !== null &&
      (prior["hostname"] !== config["hostname"] ||
        prior["path"] !== config["path"]);
    const base = moves ? null : prior;
    const proposed = { ...config };
    for (const key of COMPUTED) proposed[key] = base?.[key] ?? null;
    proposed["on_destroy"] =
      config["on_destroy"] ?? base?.["on_destroy"] ?? null;
    const { planned } = await tunnelRoute.plan!(
      {
        prior: base,
        config,
        planned: standardPlan(tunnelRoute.schema, base, proposed, config),
      },
      context,
    );
    return async () => {
      if (moves) await this.#delete(name, prior, context);
      if (base === null)
        this.state.set(
          name,
          await tunnelRoute.create(planned, context, config),
        );
      else if (JSON.stringify(planned) !== JSON.stringify(base))
        this.state.set(
          name,
          await tunnelRoute.update(planned, base, context, config),
        );
    };
  }

  async #delete(name: string, prior: ObjectValue, context: Context<Client>) {
    await tunnelRoute.delete(prior, context);
    this.state.delete(name);
  }
}

const UNSET = Object.fromEntries(
  [...Object.keys(SETTINGS), "ip_rules"].map((name) => [name, null]),
);

function configOf(block: Block, tunnel: TunnelRef): ObjectValue {
  const { access, ...settings } = (block.origin_request ?? {}) as {
    access?: ObjectValue;
  } & ObjectValue;
  return {
    account_id: tunnel.accountId,
    tunnel_id: tunnel.tunnelId,
    hostname: block.hostname,
    path: block.path ?? null,
    service: block.service ?? "http://ours:80",
    origin_request: block.origin_request
      ? {
          ...UNSET,
          ...settings,
          access: access
            ? { required: null, team_name: null, aud_tag: null, ...access }
            : null,
        }
      : null,
    on_destroy: block.on_destroy ?? null,
    ...Object.fromEntries(COMPUTED.map((key) => [key, null])),
  };
}

/** What only the provider knows. */
const COMPUTED = [
  ...["id", "replaced_rule", "restored_rule", "kept_settings"],
  ...["access_before", "drift", "claim"],
];

/** Settings of a route whose JWT is checked. */
export function access(aud: string): ObjectValue {
  return {
    access: { required: true, team_name: "team", aud_tag: [aud] },
  };
}

const nothing = async () => [];
const refuse = () => Promise.reject(new Error("no test of routes asks for it"));
const NO_PINS = {
  find: refuse,
  create: refuse,
  rename: refuse,
  remove: refuse,
};
