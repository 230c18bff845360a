import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { DESTROY_RUN } from "../../base/destroy-run";
import { synthesize, withDependencies } from "../../deployment/stacks";
import { Terraform } from "../../deployment/terraform";
import type { Account } from "../../local/account";
import { loadAccount } from "../../local/account-file";
import type { Api } from "../../local/api/api";
import { DROP, type ApiCall } from "../../local/api/calls";
import { serve } from "../../local/origins/server";
import { sendText } from "../../local/origins/stand-in";
import { startLocalCloudflare } from "../../local/start";
import { internet, type Internet } from "../../probe/internet";
import { browser } from "../../rehearsal/browser";
import { cast } from "../../rehearsal/cast";
import { createWorkspace, type Workspace } from "../../rehearsal/workspace";
import { run, runScript, type Outcome } from "../deployment/world";
import { MIRROR, providerUnderTest } from "../provider";
import type { Config } from "./app";
import { Writes } from "./writes";

/** How long a test may take: the real provider starts anew for every command. */
export const TIMEOUT = MIRROR ? 600_000 : 120_000;

const CDKTF = resolve(__dirname, "../../node_modules/.bin/cdktf");

/** Where the connector finds ComfyUI. */
const SERVICE = "caddy:80";

/** Names at which the connector finds the one origin of these tests. */
const ORIGINS = ["caddy:80", "caddy:8080", "n8n:5678", "open-webui:8080"];

/** Somebody who tries to reach a URL. */
export interface Visitor {
  readonly name: string;
  /** What the origin said to them; undefined where they did not get that far. */
  reach(url: string): Promise<string | undefined>;
}

/** Who got through to the origin, and after which write. */
export interface Opening {
  readonly after: string;
  readonly who: string;
  readonly url: string;
}

export interface Change {
  /** What was written, in order. */
  readonly writes: readonly string[];
  /** The same by stack. */
  readonly writesOf: Readonly<Record<string, readonly string[]>>;
  readonly openings: readonly Opening[];
  /** Of those who have to get through, who did not. */
  readonly refusals: readonly Opening[];
  /** What Terraform printed of its plans, without line breaks. */
  readonly plan: string;
  /** Addresses that the next plan would touch again. */
  readonly left: readonly string[];
}

/** A resource in a state file. */
export interface StateBlock {
  readonly type: string;
  readonly name: string;
  readonly provider: string;
  readonly instances: readonly {
    readonly attributes: Readonly<Record<string, unknown>>;
  }[];
}

/** What is asked between any two writes. */
export interface Watch {
  /** Addresses, each of which none of the visitors may reach. */
  readonly urls: readonly string[];
  /** @default - a stranger without login or token, with a wrong token, and a person whom nobody named */
  readonly visitors?: readonly Visitor[];
  /** Those who have to reach every address, at every moment. @default - nobody */
  readonly admitted?: readonly Visitor[];
}

/** A local Cloudflare, and Terraform in a folder of its own. */
export class World {
  static async open(given: "guide" | "empty" | Account): Promise<World> {
    const account = typeof given === "string" ? loadAccount(given) : given;
    const cloudflare = await startLocalCloudflare({ account, caddy: false });
    const origin = await serve({
      async handle(request, response) {
        request.resume();
        sendText(response, 200, `the origin, as ${request.headers.host}`);
      },
    });
    const service = cloudflare.network.find(SERVICE)!;
    for (const at of ORIGINS) cloudflare.network.add(at, origin.port);
    const parts = cast(account);
    const provider = await providerUnderTest({
      token: parts.apiToken,
      apiUrl: cloudflare.apiUrl,
    });
    const workspace = createWorkspace({
      ...parts,
      ...provider.workspace,
      accountId: account.id,
      apiUrl: cloudflare.apiUrl,
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
    const lead = (isService: boolean) =>
      cloudflare.network.add(SERVICE, isService ? service.port : origin.port);
    return new World(
      account,
      cloudflare.api,
      outside,
      workspace,
      lead,
      async () => {
        await outside.close();
        await provider.close();
        await origin.close();
        await cloudflare.close();
        workspace.remove();
      },
    );
  }

  /** The lock file with which `terraform init` was run last, by stack folder. */
  readonly #initialised = new Map<string, string>();

  private constructor(
    readonly account: Account,
    private readonly api: Api,
    private readonly outside: Internet,
    private readonly workspace: Workspace,
    /** Has the connector find ComfyUI itself, or the one origin of these tests. */
    private readonly lead: (isService: boolean) => void,
    readonly close: () => Promise<void>,
  ) {}

  /** Deploys every stack of the app. @throws TerraformError */
  async deploy(config: Config, watch: Watch): Promise<Change> {
    const stacks = await this.#synthesize(config);
    return this.#watching(watch, stacks, async ({ dir }) => ({
      plan: await this.#apply(dir),
      left: await this.#left(dir),
    }));
  }

  /** Destroys one stack, or all of them in the order that cdktf has. */
  async destroy(config: Config, watch: Watch, only?: string): Promise<Change> {
    const stacks = (await this.#synthesize(config)).reverse();
    return this.#watching(
      watch,
      stacks.filter(({ name }) => only === undefined || name === only),
      async ({ dir }) => ({
        plan: await this.#apply(dir, {
          TF_CLI_ARGS_plan: "-destroy",
          [DESTROY_RUN]: "1",
        }),
        left: [],
      }),
    );
  }

  /** Changes what the state of a stack holds, as a version before wrote it. */
  editState(stack: string, edit: (resources: StateBlock[]) => StateBlock[]) {
    const { ACCESS_STATE_DIR: folder = "" } = this.workspace.env;
    const file = join(folder, `${stack}.tfstate`);
    const state = JSON.parse(readFileSync(file, "utf8")) as {
      resources: StateBlock[];
    };
    const resources = edit(state.resources);
    writeFileSync(file, JSON.stringify({ ...state, resources }));
  }

  /**
   * Runs a command of `scripts/`, or `cdktf`, as people do, and asks between any
   * two writes.
   */
  async command(
    config: Config,
    watch: Watch,
    [name, ...args]: readonly [string, ...string[]],
    settings: NodeJS.ProcessEnv = {},
  ): Promise<Change & { readonly outcome: Outcome }> {
    const env = { ...this.#env(config), ...settings };
    let outcome: Outcome | undefined;
    const change = await this.#watching(watch, [{ name }], async () => {
      outcome = await (name === "cdktf"
        ? run(CDKTF, args, env)
        : runScript(name, args, env));
      return { plan: outcome.stdout, left: [] };
    });
    return { ...change, outcome: outcome! };
  }

  /** Calls Cloudflare's API as somebody does by hand, and asks between any two writes. */
  byHand(
    watch: Watch,
    work: (
      call: (method: string, path: string, body?: unknown) => Promise<unknown>,
    ) => Promise<void>,
  ): Promise<Change> {
    const { CLOUDFLARE_BASE_URL: base, CLOUDFLARE_API_TOKEN: token } =
      this.workspace.env;
    return this.#watching(watch, [{ name: "by hand" }], async () => {
      await work(async (method, path, body) => {
        const response = await fetch(
          `${base}/accounts/${this.account.id}${path}`,
          {
            method,
            headers: { authorization: `Bearer ${token}` },
            ...(body !== undefined && { body: JSON.stringify(body) }),
          },
        );
        return ((await response.json()) as { result: unknown }).result;
      });
      return { plan: "", left: [] };
    });
  }

  /** Has something happen right after a call, once. */
  onceAfter(fits: RegExp, happen: () => void): void {
    const stop = this.api.onCall({
      after({ method, path }: ApiCall) {
        if (!fits.test(`${method} ${path}`)) return undefined;
        stop();
        happen();
        return undefined;
      },
    });
  }

  /** Kills all of a run (-9) at a call, before or after its effect, once; it gets no answer. */
  killAt(fits: RegExp, moment: "before" | "after"): void {
    const { ACCESS_STATE_DIR: folder = "" } = this.workspace.env;
    const stop = this.api.onCall({
      [moment]: ({ method, path }: ApiCall) => {
        if (!fits.test(`${method} ${path}`)) return undefined;
        stop();
        for (const pid of readdirSync("/proc").filter((one) =>
          /^\d+$/.test(one),
        ))
          if (environmentOf(pid).includes(`ACCESS_STATE_DIR=${folder}`))
            process.kill(Number(pid), "SIGKILL");
        return DROP;
      },
    });
  }

  /** Takes the states away, and with them the journals. */
  loseStates(): void {
    const folder = this.workspace.env.ACCESS_STATE_DIR!;
    for (const name of readdirSync(folder))
      rmSync(join(folder, name), { recursive: true });
  }

  /** Probes the service itself in the place of the origin of these tests. */
  async probe(
    config: Config,
    args: readonly string[],
    settings: NodeJS.ProcessEnv = {},
  ): Promise<Outcome> {
    this.lead(true);
    try {
      const env = { ...this.#env(config), ...settings };
      return await runScript("probe", args, env);
    } finally {
      this.lead(false);
    }
  }

  /** Somebody on the internet, with these headers. */
  stranger(headers: Record<string, string> = {}, name = "a stranger"): Visitor {
    return {
      name,
      reach: async (url) => origin(await this.outside.ask(url, { headers })),
    };
  }

  /** Somebody who logs in anew each time. */
  person(email: string): Visitor {
    return {
      name: email,
      reach: async (url) =>
        origin(await browser(this.outside, email).visit(url)),
    };
  }

  /** Somebody who logged in to a page and does not do so again. */
  async loggedIn(email: string, page: string): Promise<Visitor> {
    const person = browser(this.outside, email);
    await person.visit(page);
    return {
      name: `${email}, logged in before`,
      reach: async (url) => origin(await person.ask(url)),
    };
  }

  /** A machine with this token, as it is now. */
  machine(token: string): Visitor {
    const found = [...this.account.serviceTokens.values()].find(
      ({ name }) => name === token,
    );
    if (!found) throw new Error(`no token ${token}`);
    return this.stranger(
      {
        "cf-access-client-id": found.client_id,
        "cf-access-client-secret": found.client_secret,
      },
      `the token ${token}`,
    );
  }

  /** Those who never may get in. */
  outsiders(): Visitor[] {
    return [
      this.stranger(),
      this.stranger(
        {
          "cf-access-client-id": `${"0".repeat(32)}.access`,
          "cf-access-client-secret": "0".repeat(64),
        },
        "a stranger with a wrong token",
      ),
      this.person(cast(this.account).other.email),
    ];
  }

  /** Asks before the first write, and after each. */
  async #watching<T extends { readonly name: string }>(
    { admitted = [], urls, visitors = this.outsiders() }: Watch,
    stacks: readonly T[],
    work: (stack: T) => Promise<Pick<Change, "plan" | "left">>,
  ): Promise<Change> {
    const openings: Opening[] = [];
    const refusals: Opening[] = [];
    const visit = (after: string, one: Visitor, isWelcome: boolean) =>
      urls.map(async (url) => {
        const isIn = (await one.reach(url)) !== undefined;
        if (isIn !== isWelcome)
          (isIn ? openings : refusals).push({ after, who: one.name, url });
      });
    const look = async (after: string): Promise<void> => {
      await Promise.all([
        ...visitors.flatMap((one) => visit(after, one, false)),
        ...admitted.flatMap((one) => visit(after, one, true)),
      ]);
    };
    await look("nothing");
    const writes = new Writes(this.account, this.api, look);
    try {
      let plan = "";
      const left: string[] = [];
      const writesOf: Record<string, string[]> = {};
      for (const stack of stacks) {
        const before = writes.done.length;
        const done = await work(stack);
        plan += done.plan;
        left.push(...done.left);
        writesOf[stack.name] = writes.done.slice(before);
      }
      const { done } = writes;
      return { writes: done, writesOf, openings, refusals, plan, left };
    } finally {
      writes.stop();
    }
  }

  /** Plans a stack and applies the plan; returns what the plan said. */
  async #apply(dir: string, extra: NodeJS.ProcessEnv = {}): Promise<string> {
    const lines: string[] = [];
    const env = { ...this.workspace.env, ...extra };
    const terraform = new Terraform(dir, { env });
    const planning = new Terraform(dir, {
      env,
      onLine: (line) => lines.push(line),
    });
    const file = join(dir, "test.plan");
    const lock = () => readFileSync(join(dir, ".terraform.lock.hcl"), "utf8");
    // The stack without a route has no lock file before its first run.
    const known = this.#initialised.get(dir);
    if (known === undefined || known !== lock()) {
      await terraform.init();
      this.#initialised.set(dir, lock());
    }
    if (await planning.plan(file)) await terraform.apply(file);
    return lines.join(" ").replace(/[│╷╵\s]+/g, " ");
  }

  /** What another plan of a stack would touch. */
  async #left(dir: string): Promise<string[]> {
    const terraform = new Terraform(dir, { env: this.workspace.env });
    const file = join(dir, "again.plan");
    if (!(await terraform.plan(file))) return [];
    const changes = await terraform.changes(file);
    return changes.map(({ actions, address }) => `${actions} ${address}`);
  }

  #env(config: Config): NodeJS.ProcessEnv {
    return {
      ...this.workspace.env,
      CDKTF_APP: `node --require ./typescript.js ${join(__dirname, "app.ts")}`,
      STACKS_UNDER_TEST: JSON.stringify(config),
    };
  }

  async #synthesize(config: Config) {
    const stacks = await synthesize({ env: this.#env(config) });
    return withDependencies(stacks, [...stacks.keys()]);
  }
}

function environmentOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8");
  } catch {
    return ""; // it has ended, or is somebody else's
  }
}

function origin({ text }: { readonly text: string }): string | undefined {
  return text.startsWith("the origin") ? text : undefined;
}
