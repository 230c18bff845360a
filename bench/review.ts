/**
 * Time of a review of 300 services, as a ratio to `terraform show -json` on the
 * same plans, one after the other. Run with `node --require ./typescript.js bench/review.ts`;
 * making the plans takes some minutes. Exits 1 above 1.5, or where one service
 * more takes over a second beside its plan.
 *
 * Each plan is shown twice, once alone and once for the review, in turn, so
 * that a machine that is busy for a while does not decide.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cloudflareClient } from "../account/client";
import { synthesize } from "../deployment/stacks";
import { Terraform } from "../deployment/terraform";
import { loadAccount } from "../local/account-file";
import { startApi } from "../local/api/server";
import { startProviderStandIn } from "../local/provider/start";
import { planOnly } from "../deployment/plan-only";
import { TUNNEL_PROVIDER } from "../providers/tunnel-route/package";
import { cast } from "../rehearsal/cast";
import { createWorkspace } from "../rehearsal/workspace";
import type { Plan } from "../review/change";
import { readPlan } from "../review/plan";
import { readChange } from "../review/read-change";
import type { Review } from "../review/review";
import { toHtml } from "../review/to-html";
import { toTable } from "../review/to-table";
import { houseReview } from "../rules/house-review";
import { installProvider } from "../terraform-plugin/mirror";

const SERVICES = Number(process.argv[2] ?? 300);
const WANTED = 1.5;
/** Milliseconds beside the plan that a review of a single service may take. */
const ALONE = 1000;

/** Plans of so many new services, made in one folder so that one `init` does. */
class Plans {
  readonly #dir: string;
  readonly #terraform: Terraform;
  readonly names: readonly string[];

  constructor(
    /** As deep as the stacks' own: what they name lies beside it. */
    dir: string,
    env: NodeJS.ProcessEnv,
    private readonly dirs: ReadonlyMap<string, string>,
  ) {
    this.#dir = dir;
    mkdirSync(this.#dir, { mode: 0o700 });
    this.#terraform = new Terraform(this.#dir, { env });
    this.names = [...dirs.keys()];
  }

  async make(): Promise<void> {
    for (const [index, name] of this.names.entries()) {
      const file = join(this.dirs.get(name) ?? "", "cdk.tf.json");
      const code = JSON.parse(readFileSync(file, "utf8")) as {
        terraform: { backend?: object };
      };
      delete code.terraform.backend;
      writeFileSync(join(this.#dir, "cdk.tf.json"), JSON.stringify(code));
      if (index === 0) {
        installProvider({ ...TUNNEL_PROVIDER, stackDirectories: [this.#dir] });
        await this.#terraform.init();
      }
      await this.#terraform.plan(`${name}.plan`);
    }
  }

  show(name: string): Promise<string> {
    return this.#terraform.show(`${name}.plan`);
  }
}

/** Milliseconds that some work takes, and what comes of it. */
async function timed<T>(work: () => Promise<T>): Promise<[number, T]> {
  const started = performance.now();
  const result = await work();
  return [performance.now() - started, result];
}

async function measure(
  plans: Plans,
  readAll: (read: readonly Plan[]) => Promise<Review>,
): Promise<void> {
  await plans.show(plans.names[0] ?? ""); // the first fills the caches
  let alone = 0;
  let reviewed = 0;
  const read: Plan[] = [];
  for (const name of plans.names) {
    const [shown] = await timed(() => plans.show(name));
    const [both, plan] = await timed(async () =>
      readPlan(name, await plans.show(name)),
    );
    alone += shown;
    reviewed += both;
    read.push(plan);
  }
  const [rest, review] = await timed(async () => {
    const found = await readAll(read);
    toTable(found);
    toHtml(found);
    return found;
  });
  const ratio = (reviewed + rest) / alone;
  const { cells, places, subjects } = review.matrix;
  console.log(
    `review of ${plans.names.length} services: ${ratio.toFixed(2)} times terraform show -json on their plans (${((reviewed + rest) / 1000).toFixed(1)} s to ${(alone / 1000).toFixed(1)} s, of which ${(rest / 1000).toFixed(1)} s beside the plans: ${places.length} places, ${subjects.length} subjects, ${cells.length} cells); wanted: ${WANTED} at most`,
  );
  const [single] = await timed(async () => {
    const found = await readAll(read.slice(0, 1));
    toTable(found);
  });
  console.log(
    `review of a single service: ${single.toFixed(0)} ms beside its plan; wanted: ${ALONE} at most`,
  );
  if (ratio > WANTED || single > ALONE) process.exitCode = 1;
}

async function main(): Promise<void> {
  const account = loadAccount("guide");
  const server = await startApi(account);
  const parts = cast(account);
  const standIn = await startProviderStandIn({
    environment: {
      CLOUDFLARE_API_TOKEN: parts.apiToken,
      CLOUDFLARE_BASE_URL: server.baseUrl,
    },
  });
  const workspace = createWorkspace({
    ...parts,
    accountId: account.id,
    apiUrl: server.baseUrl,
    edge: { port: 0, caPem: "" },
    allowedEmails: [parts.allowed.email],
    reattach: standIn.reattach,
  });
  const services = Object.fromEntries(
    Array.from({ length: SERVICES }, (_, n) => [
      `comfyui-${n}`,
      {
        service: "comfyui",
        hostname: `comfyui-${n}.${parts.zone}`,
        allowedEmails: [parts.allowed.email, `person-${n}@example.com`],
      },
    ]),
  );
  try {
    const env = planOnly({
      ...workspace.env,
      CDKTF_APP: `node --require ./typescript.js ${join(__dirname, "../__tests__/stacks/app.ts")}`,
      STACKS_UNDER_TEST: JSON.stringify({ services }),
    });
    const stacks = await synthesize({ env });
    stacks.delete("identity");
    const dirs = new Map([...stacks].map(([name, { dir }]) => [name, dir]));
    const plans = new Plans(workspace.stackDir("plans"), env, dirs);
    await plans.make();
    await measure(plans, async (read) => {
      const change = await readChange(read, cloudflareClient(env), account.id);
      return houseReview(change, process.env);
    });
  } finally {
    await standIn.close();
    await server.close();
    workspace.remove();
  }
}

void main();
