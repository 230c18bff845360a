import { isPlaceholder } from "../../base/placeholder";
import type { IngressRule } from "../../ingress/rule";
import type { Context } from "../../terraform-plugin/provider";
import type { ApplicationApi } from "../existing-application/api";
import type { RecordApi } from "../dns-record/api";
import type { ManagedTunnelApi } from "../managed-tunnel/api";
import type { PinApi } from "../one-time-pin/api";
import type { NamesApi } from "../unique-names/api";
import type { Configuration, TunnelApi, TunnelRef } from "./api";
import type { Entry, Journal } from "./journal";
import type { JsonObject } from "./json";
import { clearDeadLock } from "./lock";
import type { RouteId } from "./route";
import { retry, sleep, type Sleep } from "./retry";

/** The calls of Cloudflare's API that the handlers make. */
export type Api = Pick<
  TunnelApi,
  "getTunnel" | "getConfiguration" | "putConfiguration"
>;

/** Those that concern an account's one-time PIN. */
export type Pins = Pick<PinApi, "find" | "create" | "rename" | "remove">;

/** Those that concern a tunnel itself. */
export type ManagedTunnels = Pick<
  ManagedTunnelApi,
  "find" | "get" | "create" | "rename" | "token" | "connectors" | "remove"
>;

/** Those that concern applications that were there before. */
export type Applications = Pick<
  ApplicationApi,
  "get" | "groups" | "has" | "list" | "policies" | "put"
>;

/** Those that concern the DNS record of a host. */
export type Records = Pick<
  RecordApi,
  "find" | "get" | "create" | "update" | "change" | "remove"
>;

/** Those that tell what an account has of a name. */
export type Names = Pick<NamesApi, "list">;

/** What the handlers of one connection share. */
export class Client {
  readonly api: Api;
  readonly pins: Pins;
  readonly managedTunnels: ManagedTunnels;
  readonly applications: Applications;
  readonly records: Records;
  readonly names: Names;
  readonly journal: Journal;
  /** Where the locks between processes are. */
  readonly lockFolder: string;
  /** Whether all of a stack is being destroyed, as far as Terraform's caller has said so. */
  readonly destroysAll: boolean;
  /** Whether somebody is shown what becomes public, and asked, as far as Terraform's caller has said so. */
  readonly isReviewed: boolean;
  readonly sleep: Sleep;
  /** Routes that were planned through this connection, by tunnel and host. */
  readonly routes = new Map<string, Map<string, RouteId>>();
  /** Ids of routes that stand and were planned through this connection. */
  readonly kept = new Set<string>();
  /** Ids whose creation was planned through this connection. */
  readonly planned = new Set<string>();
  /** Ids that were created through this connection. */
  readonly created = new Set<string>();
  /** What stood there before each rule that the state holds, by id. */
  readonly held = new Map<string, IngressRule | null>();
  /** What decided who got to hosts before the first deploy, as states have it. */
  readonly pasts = new Map<string, string | null>();
  /** What those destroyed through this connection leave to a successor, by id. */
  readonly destroyed = new Map<string, Legacy>();
  /** Places at which an application of others has been refused already. */
  readonly refusedPlaces = new Set<string>();
  /** What the state has of applications that were there before, by the ids of their notes. */
  readonly givenBack = new Map<string, Entry>();
  /** Ids of DNS records that were made, or taken over, through this connection. */
  readonly ownRecords = new Set<string>();
  readonly #snapshots = new Map<string, Promise<TunnelSnapshot>>();
  readonly #applications = new Map<string, Promise<readonly JsonObject[]>>();

  constructor(parts: {
    api: Api;
    pins: Pins;
    managedTunnels: ManagedTunnels;
    applications: Applications;
    records: Records;
    names: Names;
    journal: Journal;
    lockFolder: string;
    destroysAll?: boolean;
    isReviewed?: boolean;
    sleep?: Sleep;
  }) {
    this.api = parts.api;
    this.pins = parts.pins;
    this.managedTunnels = parts.managedTunnels;
    this.applications = parts.applications;
    this.records = parts.records;
    this.names = parts.names;
    this.journal = parts.journal;
    this.lockFolder = parts.lockFolder;
    this.destroysAll = parts.destroysAll ?? false;
    this.isReviewed = parts.isReviewed ?? false;
    this.sleep = parts.sleep ?? sleep;
  }

  /**
   * The tunnel as it was when this connection first looked, or after its last
   * write: for reads and plans, where a thousand routes would otherwise fetch
   * the same document a thousand times. Never the ground for a write.
   */
  snapshot(
    tunnel: TunnelRef,
    context: Context<unknown>,
  ): Promise<TunnelSnapshot> {
    const key = keyOf(tunnel);
    let snapshot = this.#snapshots.get(key);
    if (snapshot === undefined) {
      snapshot = this.#readSnapshot(tunnel, context);
      this.#snapshots.set(key, snapshot);
      // A failure is for those who waited for it, not for those to come.
      snapshot.catch(() => this.#snapshots.delete(key));
    }
    return snapshot;
  }

  /** An account's applications as they were when this connection first looked. */
  applicationsOf(
    accountId: string,
    context: Context<unknown>,
  ): Promise<readonly JsonObject[]> {
    const { signal } = context;
    let all = this.#applications.get(accountId);
    if (all === undefined) {
      all = retry(
        () => this.applications.list(accountId, signal),
        context,
        this.sleep,
      );
      this.#applications.set(accountId, all);
      all.catch(() => this.#applications.delete(accountId));
    }
    return all;
  }

  /** Looks at the tunnel as it is after a write, or anew where that failed. */
  async see(
    tunnel: TunnelRef,
    configuration: Configuration | undefined,
  ): Promise<void> {
    const key = keyOf(tunnel);
    const snapshot = await this.#snapshots.get(key)?.catch(() => undefined);
    if (snapshot && configuration)
      this.#snapshots.set(key, Promise.resolve({ ...snapshot, configuration }));
    else this.#snapshots.delete(key);
  }

  async #readSnapshot(
    tunnel: TunnelRef,
    context: Context<unknown>,
  ): Promise<TunnelSnapshot> {
    const { signal } = context;
    // In a plan that is never applied: one that another stack has yet to make.
    if (isPlaceholder(tunnel.tunnelId))
      return {
        tunnel: { name: tunnel.tunnelId, deletedAt: null },
        configuration: { version: 0, config: null, source: "cloudflare" },
      };
    await clearDeadLock(this.lockFolder, keyOf(tunnel), signal);
    return retry(
      async () => {
        const [found, configuration] = await Promise.all([
          this.api.getTunnel(tunnel, signal),
          this.api.getConfiguration(tunnel, signal),
        ]);
        return { tunnel: found, configuration };
      },
      context,
      this.sleep,
    );
  }
}

/**
 * Of a rule that was taken out. When a resource is renamed in code, the old one
 * may be destroyed before the new one is created for the same host and path:
 * that one has to remember the same rule, and to stand at the same place.
 */
interface Legacy {
  /** What stood there before the first of ours. */
  readonly previous: IngressRule | null;
  /** The rules that followed it; unset where another has come back in its place. */
  readonly followers?: readonly IngressRule[];
}

/** A tunnel as a plan sees it; what the account does not have is undefined. */
export interface TunnelSnapshot {
  readonly tunnel: { name: string; deletedAt: string | null } | undefined;
  readonly configuration: Configuration | undefined;
}

function keyOf({ accountId, tunnelId }: TunnelRef): string {
  return `${accountId}/${tunnelId}`;
}
