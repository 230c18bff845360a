/**
 * What one rule of a shared tunnel costs: API calls for each route, a plan
 * without changes beside the same plan of a resource that is built into
 * Terraform, for 1 route and for 1,000, and the 1,000th hostname of a tunnel.
 * Plans are taken as the commands do it, with the provider running, and as
 * `cdktf` does, which has Terraform start it; limits are for the first.
 * Run with `node --require ./typescript.js bench/tunnel-route.ts`; takes some minutes.
 * Exits 1 where a limit is passed.
 */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Account } from "../local/account";
import { loadAccount } from "../local/account-file";
import { startApi, type ApiServer } from "../local/api/server";
import { TUNNEL_PROVIDER } from "../providers/tunnel-route/package";
import { installProvider, providerVersion } from "../terraform-plugin/mirror";
import { withRunningProviders } from "../terraform-plugin/provider-host";
import { median } from "./median";

const PAIRS = 7;
const MANY = 1000;
const CALLS_WANTED = 3;
/** Times a Node.js that does nothing. */
const EXTRA_WANTED = 6;
const RATIO_WANTED = 2;

const root = mkdtempSync(join(tmpdir(), "bench-tunnel-route-"));

/** A folder in which terraform runs, with `count` routes or built-in resources. */
class Folder {
  readonly dir: string;

  constructor(
    name: string,
    private readonly env: NodeJS.ProcessEnv,
  ) {
    this.dir = join(root, name);
    mkdirSync(this.dir);
  }

  async prepare(configuration: object): Promise<this> {
    this.write(configuration);
    installProvider({ ...TUNNEL_PROVIDER, stackDirectories: [this.dir] });
    await this.terraform("init");
    return this;
  }

  write(configuration: object): void {
    writeFileSync(join(this.dir, "cdk.tf.json"), JSON.stringify(configuration));
  }

  /** Milliseconds that it takes, where Terraform starts the provider. */
  terraform(...args: string[]): Promise<number> {
    return milliseconds("terraform", args, this.dir, this.env);
  }

  /** Milliseconds that a plan takes which our commands ask for. */
  plan(): Promise<number> {
    return withRunningProviders(this.dir, this.env, (env) =>
      milliseconds("terraform", PLAN, this.dir, env),
    );
  }
}

const PLAN = ["plan", "-detailed-exitcode"];

async function milliseconds(
  command: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
): Promise<number> {
  const started = performance.now();
  const child = spawn(command, args, { cwd, env });
  let output = "";
  child.stdout.on("data", (chunk) => (output += String(chunk)));
  child.stderr.on("data", (chunk) => (output += String(chunk)));
  const code = await new Promise((resolve) => child.on("close", resolve));
  if (code !== 0)
    throw new Error(`${command} ${args.join(" ")}: ${code}\n${output}`);
  return performance.now() - started;
}

const routes = (count: number, accountId: string, tunnelId: string) => ({
  terraform: {
    required_providers: {
      tunnel: {
        source: TUNNEL_PROVIDER.address,
        version: providerVersion(TUNNEL_PROVIDER),
      },
    },
  },
  provider: { tunnel: { journal_dir: "journal" } },
  resource: {
    tunnel_route: Object.fromEntries(
      Array.from({ length: count }, (_, n) => [
        `r${n}`,
        values(n, accountId, tunnelId),
      ]),
    ),
  },
});

/** The same values in resources that Terraform brings along. */
const builtIn = (count: number, accountId: string, tunnelId: string) => ({
  resource: {
    terraform_data: Object.fromEntries(
      Array.from({ length: count }, (_, n) => [
        `r${n}`,
        { input: values(n, accountId, tunnelId) },
      ]),
    ),
  },
});

const values = (n: number, accountId: string, tunnelId: string) => ({
  account_id: accountId,
  tunnel_id: tunnelId,
  hostname: `r${n}.datacrew.space`,
  service: "http://caddy:80",
});

/** A plan without changes of either folder, in turn. */
async function plans(ours: Folder, builtIn: Folder) {
  const pairs: Record<"ours" | "started" | "builtIn" | "node", number>[] = [];
  for (let pair = 0; pair <= PAIRS; pair++) {
    const one = {
      ours: await ours.plan(),
      started: await ours.terraform(...PLAN),
      builtIn: await builtIn.terraform(...PLAN),
      node: await milliseconds(process.execPath, ["-e", "0"], root, {}),
    };
    if (pair > 0) pairs.push(one);
  }
  const of = (figure: (pair: (typeof pairs)[number]) => number) =>
    median(pairs.map(figure));
  return {
    ours: of((pair) => pair.ours),
    builtIn: of((pair) => pair.builtIn),
    node: of((pair) => pair.node),
    extra: of((pair) => (pair.ours - pair.builtIn) / pair.node),
    startedExtra: of((pair) => (pair.started - pair.builtIn) / pair.node),
    ratio: of((pair) => pair.ours / pair.builtIn),
    startedRatio: of((pair) => pair.started / pair.builtIn),
  };
}

function report(text: string, held: boolean): void {
  console.log(`${held ? "held  " : "MISSED"}  ${text}`);
  if (!held) process.exitCode = 1;
}

async function measure(
  { api }: ApiServer,
  account: Account,
  env: NodeJS.ProcessEnv,
) {
  const [tunnel] = account.tunnels.values();
  const tunnelId = tunnel?.id ?? "";
  const plainOf = (count: number) => builtIn(count, account.id, tunnelId);
  const configuration = (count: number) => routes(count, account.id, tunnelId);
  const callsDuring = async (work: Promise<unknown>) => {
    const before = api.calls.length;
    await work;
    return api.calls
      .slice(before)
      .filter(({ path }) => path.endsWith("/configurations"));
  };

  const one = await new Folder("one", env).prepare(configuration(1));
  await one.terraform("plan", "-out=plan");
  const alone = await callsDuring(one.terraform("apply", "plan"));
  const plain = await new Folder("built-in-one", env).prepare(plainOf(1));
  await plain.terraform("apply", "-auto-approve");
  const single = await plans(one, plain);
  report(
    `plan of 1 route without changes: ${single.extra.toFixed(1)} times node -e 0 above terraform_data (${single.ours.toFixed(0)} to ${single.builtIn.toFixed(0)} ms, node -e 0 ${single.node.toFixed(0)} ms), ${single.startedExtra.toFixed(1)} where Terraform starts the provider; wanted: ${EXTRA_WANTED} at most`,
    single.extra <= EXTRA_WANTED,
  );
  await one.terraform("destroy", "-auto-approve");

  const many = await new Folder("many", env).prepare(configuration(MANY - 1));
  await many.terraform("plan", "-out=plan");
  const calls = await callsDuring(many.terraform("apply", "plan"));
  // What the process asks once, whatever its routes, is in neither.
  const perRoute = (calls.length - alone.length) / (MANY - 2);
  report(
    `API calls to create a route: ${perRoute.toFixed(2)}, for each further one of ${MANY - 1}; wanted: ${CALLS_WANTED} at most`,
    perRoute <= CALLS_WANTED,
  );
  many.write(configuration(MANY));
  const started = performance.now();
  const last = await callsDuring(many.terraform("apply", "-auto-approve"));
  const written = last.find(({ method }) => method === "PUT");
  console.log(
    `        hostname ${MANY}: ${((performance.now() - started) / 1000).toFixed(1)} s for plan and apply, ${last.length} calls, ${JSON.stringify(written?.body ?? null).length} bytes written`,
  );

  const plainMany = await new Folder("built-in-many", env).prepare(
    plainOf(MANY),
  );
  await plainMany.terraform("apply", "-auto-approve");
  const all = await plans(many, plainMany);
  report(
    `plan of ${MANY} routes without changes: ${all.ratio.toFixed(2)} times terraform_data (${all.ours.toFixed(0)} to ${all.builtIn.toFixed(0)} ms), ${all.startedRatio.toFixed(2)} where Terraform starts the provider; wanted: ${RATIO_WANTED} at most`,
    all.ratio <= RATIO_WANTED,
  );
}

async function main(): Promise<void> {
  const account = loadAccount("guide");
  const server = await startApi(account);
  const cli = join(root, "terraform.tfrc");
  writeFileSync(cli, "");
  try {
    await measure(server, account, {
      PATH: process.env.PATH,
      HOME: root,
      TF_CLI_CONFIG_FILE: cli,
      TF_INPUT: "0",
      CHECKPOINT_DISABLE: "1",
      CLOUDFLARE_API_TOKEN: account.apiTokens[0]?.value,
      CLOUDFLARE_BASE_URL: server.baseUrl,
      ACCESS_STACKS_LOCK_DIR: join(root, "locks"),
    });
  } finally {
    await server.close();
    rmSync(root, { recursive: true });
  }
}

void main();
