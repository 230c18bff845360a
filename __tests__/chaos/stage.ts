import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Account } from "../../local/account";
import { loadAccount } from "../../local/account-file";
import { serve } from "../../local/origins/server";
import { sendText } from "../../local/origins/stand-in";
import { startLocalCloudflare } from "../../local/start";
import { internet, type Internet } from "../../probe/internet";
import { browser } from "../../rehearsal/browser";
import { cast } from "../../rehearsal/cast";
import { createWorkspace, type Workspace } from "../../rehearsal/workspace";
import { startGoogleBucket, type GoogleBucket } from "../deployment/gcs";
import { providerUnderTest } from "../provider";
import { Door, type Keeper } from "./door";

/** What only our own rules lead to says this. */
const GUARDED = "the guarded origin";

/** The kinds of objects in which something may be left behind. */
const KINDS = [
  "applications",
  "policies",
  "serviceTokens",
  "groups",
  "identityProviders",
  "dnsRecords",
] as const;

/** A local Cloudflare behind a door, its edge, and a folder to deploy from. */
export class Stage {
  static async open(): Promise<Stage> {
    const account = loadAccount("guide");
    // An open way to the service itself, and a host that a wildcard opens once
    // ours leaves it, are errors in the review of a deploy: it would stop there.
    for (const { configuration } of account.tunnels.values()) {
      const { config } = configuration;
      if (config?.ingress)
        config.ingress = config.ingress.filter(
          ({ service }) =>
            service !== "http://n8n:5678" && service !== "http://previews:8000",
        );
    }
    const cloudflare = await startLocalCloudflare({ account, caddy: false });
    const origin = await serve({
      async handle(request, response) {
        request.resume();
        sendText(response, 200, GUARDED);
      },
      accept: () => (socket) => socket.send(GUARDED),
    });
    cloudflare.network.add("guarded:8080", origin.port);
    const door = await Door.open(cloudflare.apiUrl);
    const bucket = await startGoogleBucket();
    const bucketDoor = await Door.open(
      String(bucket.env.GOOGLE_BACKEND_STORAGE_CUSTOM_ENDPOINT),
    );
    const parts = cast(account);
    const provider = await providerUnderTest({
      token: parts.apiToken,
      apiUrl: door.baseUrl,
    });
    const workspace = createWorkspace({
      ...parts,
      ...provider.workspace,
      accountId: account.id,
      apiUrl: door.baseUrl,
      app: `node --require ./typescript.js ${join(__dirname, "../stacks/app.ts")}`,
      edge: cloudflare.edge,
      allowedEmails: [parts.allowed.email],
    });
    const outside = internet({
      ca: cloudflare.edge.caPem,
      locate: async () => ({
        address: "127.0.0.1",
        port: cloudflare.edge.port,
      }),
    });
    const doors = [door, bucketDoor];
    return new Stage(account, doors, bucket, workspace, outside, async () => {
      await outside.close();
      await bucketDoor.close();
      await bucket.close();
      await provider.close();
      await origin.close();
      await door.close();
      await cloudflare.close();
      workspace.remove();
    });
  }

  private constructor(
    readonly account: Account,
    private readonly doors: readonly Door[],
    private readonly bucket: GoogleBucket,
    readonly workspace: Workspace,
    private readonly outside: Internet,
    readonly close: () => Promise<void>,
  ) {}

  /** What becomes of the calls to Cloudflare's API and to the bucket. */
  keep(keeper: Keeper): void {
    for (const door of this.doors) door.keep(keeper);
  }

  /** What keeps states in the bucket. */
  get bucketEnv(): NodeJS.ProcessEnv {
    return {
      ...this.bucket.env,
      GOOGLE_BACKEND_STORAGE_CUSTOM_ENDPOINT: this.doors[1]?.baseUrl,
    };
  }

  /** Deletes an object of the bucket. */
  unlock(name: string): Promise<void> {
    return this.bucket.delete(name);
  }

  get stateFolder(): string {
    return join(this.workspace.dir, "state");
  }

  /** The account and the files as they are now; the function brings them back. */
  save(name: string): () => void {
    const objects = copyOf(this.account);
    const saved = join(this.workspace.dir, "tmp", name);
    const files = ["state", "cdktf.out", "rotations.json", "stored.env"];
    const copy = (from: string, to: string) => {
      for (const file of files) {
        rmSync(join(to, file), { recursive: true, force: true });
        if (existsSync(join(from, file)))
          cpSync(join(from, file), join(to, file), {
            recursive: true,
            verbatimSymlinks: true,
          });
      }
    };
    copy(this.workspace.dir, saved);
    return () => {
      this.bucket.clear();
      putBack(this.account, objects);
      copy(saved, this.workspace.dir);
    };
  }

  /** Ids of all that exists, with what it is. */
  objects(): Map<string, string> {
    return new Map(
      KINDS.flatMap((kind) =>
        [...this.account[kind].values()].map((object): [string, string] => [
          object.id,
          `${kind} "${object.name}"`,
        ]),
      ),
    );
  }

  /** What exists, did not before, and no state knows. */
  orphans(before: ReadonlyMap<string, string>): string[] {
    const states = this.#states();
    return [...this.objects()]
      .filter(([id]) => !before.has(id) && !states.includes(id))
      .map(([id, what]) => `${what} ${id}`);
  }

  /** Whether the service's token reaches the guarded origin: the edge is at work. */
  async isServed(host: string, stack: string): Promise<boolean> {
    const token = [...this.account.serviceTokens.values()].find(
      ({ name, id }) => name === `${stack}-api` && this.#isInState(id),
    );
    const { text } = await this.outside.ask(`https://${host}/`, {
      headers: {
        "cf-access-client-id": String(token?.client_id),
        "cf-access-client-secret": String(token?.client_secret),
      },
    });
    return text.includes(GUARDED);
  }

  #isInState(id: string): boolean {
    return this.#states().includes(id);
  }

  #states(): string {
    return [
      ...list(this.stateFolder)
        .filter((name) => name.endsWith(".tfstate"))
        .map((name) => readFileSync(join(this.stateFolder, name), "utf8")),
      ...this.bucket.texts(),
    ].join();
  }

  /** Files that no run should leave, from the workspace's folder on. */
  remains(): string[] {
    const stacks = join(this.workspace.dir, "cdktf.out", "stacks");
    const journal = join(this.stateFolder, "journal");
    return [
      ...list(this.stateFolder).filter(
        (name) =>
          !/\.tfstate(\.backup|\.moved)?$|\.(late|released)\.json$|^journal$/.test(
            name,
          ),
      ),
      ...list(journal).filter((name) =>
        /"plan of /.test(readFileSync(join(journal, name), "utf8")),
      ),
      ...list(stacks).flatMap((stack) =>
        list(join(stacks, stack))
          .filter((name) => /plan$|apply\.log|override|errored/.test(name))
          .map((name) => `${stack}/${name}`),
      ),
    ];
  }

  /**
   * Who reaches the guarded origin at these hosts and should not.
   *
   * @param who a login takes its time
   */
  async intruders(
    hosts: readonly string[],
    who: "strangers" | "everybody" = "everybody",
  ): Promise<string[]> {
    const { email } = cast(this.account).other;
    const visits = hosts.flatMap((host) => {
      const url = `https://${host}/`;
      return [
        this.#reaches("nobody", url, () => this.outside.ask(url)),
        this.#reaches("a wrong token", url, () =>
          this.outside.ask(url, {
            headers: {
              "cf-access-client-id": `${"0".repeat(32)}.access`,
              "cf-access-client-secret": "0".repeat(64),
            },
          }),
        ),
        ...(who === "everybody"
          ? [
              this.#reaches(email, url, () =>
                browser(this.outside, email).visit(url),
              ),
            ]
          : []),
      ];
    });
    return (await Promise.all(visits)).filter((who) => who !== undefined);
  }

  async #reaches(
    who: string,
    url: string,
    ask: () => Promise<{ readonly text: string }>,
  ): Promise<string | undefined> {
    const { text } = await ask().catch((error: unknown) => ({
      text: String(error),
    }));
    return text.includes(GUARDED) ? `${who} at ${url}` : undefined;
  }

  /** Whether hosts that nothing may open any more lead anybody to an origin. */
  async opened(hosts: readonly string[]): Promise<string[]> {
    const found = await Promise.all(
      hosts.map(async (host) => {
        const { status } = await this.outside.ask(`https://${host}/`);
        const isClosed = [302, 401, 403, 404].includes(status);
        return isClosed ? [] : [`nobody at ${host}: ${status}`];
      }),
    );
    return found.flat();
  }
}

export function list(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

type Fields = Record<string, unknown>;

/** Everything of an account that is data. */
function copyOf(account: Account): Fields {
  return Object.fromEntries(
    Object.entries(account)
      .filter(([, value]) => typeof value !== "function")
      .map(([name, value]) => [name, structuredClone(value)]),
  );
}

interface Versioned {
  readonly configuration?: { version: number };
}

function versionOf(object: unknown): number {
  return (object as Versioned).configuration?.version ?? 0;
}

/** A connector takes no rules that are not newer than what it has. */
function raise(object: unknown, version: unknown): void {
  const { configuration } = (object ?? {}) as Versioned;
  if (configuration) configuration.version = Number(version) + 1;
}

function putBack(account: Account, saved: Fields): void {
  for (const [name, value] of Object.entries(structuredClone(saved))) {
    const now = (account as unknown as Fields)[name];
    // A clone is of another realm than the test: no `instanceof` knows it.
    if (now instanceof Map) {
      const versions = [...now].map(([key, one]) => [key, versionOf(one)]);
      now.clear();
      for (const [key, one] of value as typeof now) now.set(key, one);
      for (const [key, version] of versions) raise(now.get(key), version);
    } else if (now instanceof Set) {
      now.clear();
      for (const one of value as typeof now) now.add(one);
    } else if (Array.isArray(now) && Array.isArray(value))
      now.splice(0, now.length, ...(value as unknown[]));
  }
}
