import type { Account } from "../../../local/account";
import { loadAccount } from "../../../local/account-file";
import type {
  IngressRule,
  Tunnel,
  TunnelConfig,
} from "../../../local/account-objects";
import type { Api } from "../../../local/api/api";
import { startApi } from "../../../local/api/server";
import type { Switches } from "../../../local/switches";

export const DEPLOY_TOKEN = "rehearsal-only-cloudflare-deploy-token-00001";

/** The guide's account behind a local API, and its one tunnel. */
export interface Cloud {
  readonly account: Account;
  readonly api: Api;
  readonly baseUrl: string;
  readonly tunnelId: string;
  readonly tunnel: Tunnel;
  /** The tunnel's rules as they stand. */
  rules(): IngressRule[];
  /** Edits the tunnel's configuration as someone else would. */
  write(change: (config: TunnelConfig) => void): void;
  /** The same account behind an API of its own, which sees one machine's calls. */
  openDoor(): Promise<Cloud>;
  close(): Promise<void>;
}

export async function openCloud(
  switches: Partial<Switches> = {},
): Promise<Cloud> {
  return openDoor(loadAccount("guide", { switches }));
}

async function openDoor(account: Account): Promise<Cloud> {
  const server = await startApi(account);
  const doors: Cloud[] = [];
  const [tunnel] = account.tunnels.values();
  if (tunnel === undefined) throw new Error("the guide's account has a tunnel");
  return {
    account,
    api: server.api,
    baseUrl: server.baseUrl,
    tunnelId: tunnel.id,
    tunnel,
    rules: () => tunnel.configuration.config?.ingress ?? [],
    write(change) {
      const { version, config } = tunnel.configuration;
      const changed = structuredClone(config ?? {});
      change(changed);
      tunnel.configuration = {
        ...tunnel.configuration,
        version: version + 1,
        config: changed,
      };
    },
    async openDoor() {
      const door = await openDoor(account);
      doors.push(door);
      return door;
    },
    async close() {
      for (const door of doors) await door.close();
      await server.close();
    },
  };
}
