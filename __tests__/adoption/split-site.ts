import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { carryOut, look, type Tools } from "../../adoption/split";
import { SplitApi } from "../../adoption/split-api";
import { splitOf, type Found, type Seen } from "../../adoption/split-plan";
import type { IngressRule } from "../../ingress/rule";
import type { Account } from "../../local/account";
import type { ApiCall } from "../../local/api/calls";
import { serve } from "../../local/origins/server";
import { sendText } from "../../local/origins/stand-in";
import { startLocalCloudflare, type LocalCloudflare } from "../../local/start";
import { internet, type Internet } from "../../probe/internet";
import { ApplicationApi } from "../../providers/existing-application/api";
import type { JsonObject } from "../../providers/tunnel-route/json";
import { connect } from "../../providers/tunnel-route/provider";
import { cast } from "../../rehearsal/cast";
import { AUD, HOST, TEAM, TOKEN, type ByHand } from "../by-hand/accounts";

export const N8N = "n8n.datacrew.space";
export const CHAT = "chat.datacrew.space";

/** Has the rules of these hosts demand the application's JWT. */
export function demanded(it: ByHand, ...hosts: readonly string[]): void {
  const access = { required: true, teamName: TEAM, audTag: [AUD] };
  for (const rule of it.rules)
    if (hosts.includes(rule.hostname ?? "") && !rule.path)
      rule.originRequest = { ...rule.originRequest, access };
}

/** One application for three hosts, each with a rule that demands its JWT. */
export function threeHosts(it: ByHand): void {
  it.admit([{ service_token: { token_id: TOKEN.id } }]);
  it.application.name = "Services";
  it.application.destinations = [HOST, N8N, CHAT].map((uri) => ({
    type: "public",
    uri,
  }));
  demanded(it, N8N, CHAT);
}

/** A local Cloudflare that is asked between any two writes. */
export class Site {
  static async open(
    account: Account,
    { hosts = [HOST, N8N, CHAT] }: { hosts?: readonly string[] } = {},
  ): Promise<Site> {
    const cloudflare = await startLocalCloudflare({ account, caddy: false });
    const origin = await serve({
      async handle(request, response) {
        request.resume();
        sendText(response, 200, "the origin");
      },
    });
    for (const at of [
      ...["caddy:80", "n8n:5678", "open-webui:8080", "previews:8000"],
    ])
      cloudflare.network.add(at, origin.port);
    const { port, caPem: ca } = cloudflare.edge;
    const outside = internet({
      ca,
      locate: async () => ({ address: "127.0.0.1", port }),
    });
    const folder = mkdtempSync(join(tmpdir(), "split-"));
    return new Site(account, cloudflare, outside, hosts, folder, async () => {
      await outside.close();
      await origin.close();
      await cloudflare.close();
      rmSync(folder, { recursive: true, force: true });
    });
  }

  readonly writes: string[] = [];
  /** What was other than it has to be, and after which write. */
  readonly faults: string[] = [];
  readonly said: string[] = [];
  readonly warned: string[] = [];
  readonly waited: number[] = [];

  private constructor(
    readonly account: Account,
    readonly cloudflare: LocalCloudflare,
    private readonly outside: Internet,
    private readonly hosts: readonly string[],
    private readonly folder: string,
    readonly close: () => Promise<void>,
  ) {
    cloudflare.api.onCall({
      after: async (call, answer) => {
        if (call.method === "GET") return;
        const name = `${call.method} ${call.path.split("/").slice(3, 6).join("/")}`;
        this.writes.push(answer.ok ? name : `${name} refused`);
        await this.ask(name);
      },
    });
  }

  /** With the token all hosts answer, and without one none does. */
  async ask(after: string): Promise<void> {
    const headers = {
      "cf-access-client-id": TOKEN.client_id,
      "cf-access-client-secret": TOKEN.client_secret,
    };
    for (const host of this.hosts)
      for (const path of ["/", "/api/x"]) {
        const url = `https://${host}${path}`;
        const [machine, nobody] = await Promise.all([
          this.outside.ask(url, { headers }),
          this.outside.ask(url),
        ]);
        if (machine.status !== 200 || nobody.status !== 302)
          this.faults.push(
            `after ${after} ${url}: token ${machine.status}, nobody ${nobody.status}`,
          );
      }
  }

  /** What the state knows of the application that the stack has taken over. */
  taken: Tools["taken"];

  tools(signal = new AbortController().signal): Tools {
    const { account, cloudflare, folder } = this;
    const { calls, client } = connect(
      {
        api_token: cast(account).apiToken,
        base_url: cloudflare.apiUrl,
        journal_dir: join(folder, "journal"),
      },
      folder,
      {
        env: { ACCESS_STACKS_LOCK_DIR: join(folder, "locks") },
        sleep: async (_, stop) => stop.throwIfAborted(),
      },
    );
    return {
      api: new SplitApi(calls, account.id),
      applications: new ApplicationApi(calls),
      client,
      tunnel: { accountId: account.id, tunnelId: this.tunnel.id },
      signal,
      taken: this.taken,
      sleep: async (ms, stop) => {
        stop.throwIfAborted();
        this.waited.push(ms);
      },
      say: (line) => void this.said.push(line),
      warn: (line) => void this.warned.push(line),
    };
  }

  get tunnel() {
    return [...this.account.tunnels.values()][0]!;
  }

  get rules(): readonly IngressRule[] {
    return this.tunnel.configuration.config?.ingress as readonly IngressRule[];
  }

  seen(): Promise<Seen> {
    return look(this.tools());
  }

  async plan(): Promise<Found> {
    return splitOf(HOST, await this.seen());
  }

  split(): Promise<JsonObject> {
    return carryOut(HOST, this.tools());
  }

  /** Runs it until a write, and kills it before or after that has its effect. */
  async cut(at: number, effect: "before" | "after"): Promise<void> {
    const killed = new AbortController();
    let writes = 0;
    const kill = (call: ApiCall) => {
      if (call.method === "GET") return undefined;
      writes += 1;
      if (writes !== at) return undefined;
      killed.abort(new Error("killed"));
      return new Response("", { status: 500 });
    };
    const stop = this.cloudflare.api.onCall({ [effect]: kill });
    try {
      await carryOut(HOST, this.tools(killed.signal));
    } catch {
      // The next run goes on.
    } finally {
      stop();
    }
  }
}
