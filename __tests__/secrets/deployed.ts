import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { deployStack } from "../../deployment/deploy";
import { endTree } from "../../deployment/processes";
import { synthesize, withDependencies } from "../../deployment/stacks";
import type { Account } from "../../local/account";
import { loadAccount } from "../../local/account-file";
import { startLocalCloudflare, type LocalCloudflare } from "../../local/start";
import { internet, type Internet } from "../../probe/internet";
import type { GoogleCloud } from "../../local/google-apis/cloud";
import { browser } from "../../rehearsal/browser";
import { cast, type Cast } from "../../rehearsal/cast";
import { openGoogleCloud } from "../../rehearsal/google-cloud";
import { createWorkspace } from "../../rehearsal/workspace";
import { MIRROR, providerUnderTest } from "../provider";
import type { Config } from "../stacks/app";

const PROJECT = join(__dirname, "../..");

/** How long a deploy and some commands may take on a busy machine. */
export const TIMEOUT = MIRROR ? 900_000 : 240_000;

export const HOST = "comfyui.datacrew.space";

/** What a command said, and how it ended. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** ComfyUI deployed on a local Cloudflare, and the commands of daily life. */
export interface Deployed {
  /** There where the stack may keep tokens in it. */
  readonly googleCloud?: GoogleCloud;
  readonly account: Account;
  readonly cloudflare: LocalCloudflare;
  readonly outside: Internet;
  readonly parts: Cast;
  readonly env: NodeJS.ProcessEnv;
  /** Where commands run: empty at first, and removed. */
  readonly folder: string;
  /** All that commands have printed so far. */
  readonly printed: string[];
  /** Moves the account's clock on. */
  wait(seconds: number): void;
  /** Plans and applies; tells whether anything was to change. */
  deploy(extra?: NodeJS.ProcessEnv): Promise<string>;
  /** `npm run NAME -- ARGS`, without npm. */
  run(
    name: string,
    args: string[],
    extra?: NodeJS.ProcessEnv,
  ): Promise<Outcome>;
  /** The same, killed as soon as this is true. */
  killed(
    name: string,
    args: string[],
    when: () => boolean | Promise<boolean>,
  ): Promise<void>;
  /** The same, with Ctrl-C as soon as this has come, and left to end by itself. */
  interrupted(
    name: string,
    args: string[],
    when: Promise<unknown>,
  ): Promise<Outcome>;
  person(email: string): ReturnType<typeof browser>;
  close(): Promise<void>;
}

export async function startDeployed(
  service: Partial<Config["services"][string]> = {},
  options: {
    /** Start Google Cloud as well, and have the stack keep tokens there. */
    readonly google?: boolean;
  } = {},
): Promise<Deployed> {
  let later = 0;
  const account = loadAccount("guide", {
    now: () => new Date(Date.now() + later),
  });
  const cloudflare = await startLocalCloudflare({ account, caddy: false });
  const parts = cast(account);
  const provider = await providerUnderTest({
    token: parts.apiToken,
    apiUrl: cloudflare.apiUrl,
  });
  const google = options.google ? await openGoogleCloud() : undefined;
  const workspace = createWorkspace({
    ...parts,
    ...provider.workspace,
    accountId: account.id,
    apiUrl: cloudflare.apiUrl,
    edge: cloudflare.edge,
    allowedEmails: [parts.allowed.email],
    reattach: { ...provider.workspace.reattach, ...google?.reattach },
    googleCloud: google,
  });
  const folder = join(workspace.dir, "here");
  mkdirSync(folder);
  const config: Config = {
    services: {
      comfyui: {
        service: "comfyui",
        hostname: HOST,
        dnsRecord: "existing",
        ...service,
      },
    },
  };
  const env = {
    ...workspace.env,
    NO_COLOR: "1",
    ACCESS_ROTATIONS_FILE: join(folder, "rotations.json"),
    CDKTF_APP: `node --require ./typescript.js ${join(__dirname, "../stacks/app.ts")}`,
    STACKS_UNDER_TEST: JSON.stringify(config),
  };
  const outside = internet({
    ca: cloudflare.edge.caPem,
    locate: async () => ({ address: "127.0.0.1", port: cloudflare.edge.port }),
  });
  const printed: string[] = [];

  const start = (name: string, args: string[], extra: NodeJS.ProcessEnv) =>
    spawn(
      process.execPath,
      [
        "--require",
        join(PROJECT, "typescript.js"),
        join(PROJECT, `scripts/${name}.ts`),
        ...args,
      ],
      {
        cwd: folder,
        env: { ...env, ...extra },
        stdio: ["ignore", "pipe", "pipe"],
      },
    );

  async function outcomeOf(child: ReturnType<typeof start>): Promise<Outcome> {
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (data: Buffer) => (stdout += String(data)));
    child.stderr.on("data", (data: Buffer) => (stderr += String(data)));
    const code = await new Promise<number>((done) =>
      child.once("close", (code) => done(code ?? 1)),
    );
    printed.push(stdout, stderr);
    return { code, stdout, stderr };
  }

  return {
    account,
    cloudflare,
    googleCloud: google?.cloud,
    outside,
    parts,
    env,
    folder,
    printed,
    wait: (seconds) => void (later += seconds * 1000),

    async deploy(extra = {}) {
      const options = { env: { ...env, ...extra } };
      const stacks = await synthesize(options);
      const outcomes: string[] = [];
      for (const stack of withDependencies(stacks, [...stacks.keys()]))
        outcomes.push(
          `${stack.name} ${await deployStack(stack, { ...options, approve: async () => true })}`,
        );
      return outcomes.join(", ");
    },

    run: (name, args, extra = {}) => outcomeOf(start(name, args, extra)),

    async interrupted(name, args, when) {
      const child = start(name, args, {});
      void when.then(() => child.kill("SIGINT"));
      return outcomeOf(child);
    },

    async killed(name, args, when) {
      const child = start(name, args, {});
      const gone = new Promise<void>((done) =>
        child.once("close", () => done()),
      );
      for (const stream of [child.stdout, child.stderr])
        stream.on("data", (data: Buffer) => void printed.push(String(data)));
      while (!(await when())) {
        if (child.exitCode !== null)
          throw new Error(`${name} ended by itself:\n${printed.join("")}`);
        await new Promise((done) => setTimeout(done, 20));
      }
      endTree(child);
      await gone;
    },

    person: (email) => browser(outside, email),

    async close() {
      await outside.close();
      await provider.close();
      await google?.close();
      await cloudflare.close();
      workspace.remove();
    },
  };
}
