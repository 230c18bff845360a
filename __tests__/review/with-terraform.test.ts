import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { Terraform } from "../../deployment/terraform";
import { TUNNEL_PROVIDER } from "../../providers/tunnel-route/package";
import { cast } from "../../rehearsal/cast";
import { createWorkspace, type Workspace } from "../../rehearsal/workspace";
import { installProvider } from "../../terraform-plugin/mirror";
import { readPlan } from "../../review/plan";
import { readChange } from "../../review/read-change";
import { reviewOf } from "../../review/review";
import { providerUnderTest, type ProviderUnderTest } from "../provider";
import { mismatches, type Looked } from "./agrees";
import { World } from "./cloudflare";
import { cases, joined, type Code } from "./code";

const SEED = Number(process.env.REVIEW_SEED ?? 20261124);
/** Rounds of a deploy and a change, and how many cases stand in each at once. */
const ROUNDS = 2;
const AT_ONCE = 6;

let world: World;
let provider: ProviderUnderTest;
let workspace: Workspace;

beforeAll(async () => {
  world = await World.open();
  provider = await providerUnderTest({
    token: world.apiToken,
    apiUrl: world.apiUrl,
  });
  workspace = createWorkspace({
    ...cast(world.account),
    ...provider.workspace,
    accountId: world.account.id,
    apiUrl: world.apiUrl,
    // Nobody here probes.
    edge: { port: 0, caPem: "" },
    allowedEmails: [],
  });
});

afterAll(async () => {
  workspace.remove();
  await provider.close();
  await world.close();
});

/** A folder in which Terraform plans and applies code. */
class Folder {
  readonly #dir: string;
  readonly #terraform: Terraform;

  constructor(name: string) {
    this.#dir = join(workspace.dir, name);
    mkdirSync(this.#dir, { recursive: true });
    this.#terraform = new Terraform(this.#dir, { env: workspace.env });
  }

  async init(): Promise<void> {
    this.#write({});
    installProvider({ ...TUNNEL_PROVIDER, stackDirectories: [this.#dir] });
    await this.#terraform.init();
  }

  /** Takes over the state of another folder. */
  takeStateOf(other: Folder): void {
    copyFileSync(
      join(other.#dir, "terraform.tfstate"),
      join(this.#dir, "terraform.tfstate"),
    );
  }

  /** Plans the code; returns the plan as JSON and what applies it. */
  async plan(code: Code, tainted: readonly string[] = []) {
    this.#write(code);
    for (const address of tainted) await this.#terraform.taint(address);
    await this.#terraform.plan("plan");
    return {
      json: await this.#terraform.show("plan"),
      apply: async () => {
        await this.#terraform.apply("plan");
      },
    };
  }

  #write(code: Code): void {
    const resource = Object.fromEntries(
      Object.entries(code)
        .filter(([, resources]) => Object.keys(resources).length > 0)
        .map(([type, resources]) => [type, lasting(type, resources)]),
    );
    writeFileSync(
      join(this.#dir, "main.tf.json"),
      JSON.stringify({
        terraform: {
          required_providers: {
            cloudflare: { source: "cloudflare/cloudflare" },
            tunnel: { source: TUNNEL_PROVIDER.address },
          },
        },
        provider: { tunnel: { journal_dir: "journal" } },
        ...(Object.keys(resource).length > 0 && { resource }),
      }),
    );
  }
}

/** The new before the old goes, where something may still name it; as our stacks do. */
function lasting(type: string, resources: Code[string]): Code[string] {
  if (!/_(policy|service_token|group)$/.test(type)) return resources;
  return Object.fromEntries(
    Object.entries(resources).map(([name, values]) => [
      name,
      { ...values, lifecycle: { create_before_destroy: true } },
    ]),
  );
}

test(`reads Terraform's own plans so that it says what the edge does (seed ${SEED})`, async () => {
  const looked: Looked = { asked: 0, depends: 0, changed: 0 };
  for (let round = 0; round < ROUNDS; round++) {
    const all = Array.from({ length: AT_ONCE }, (_, at) => {
      const labels = [`a${at}`, `b${at}`] as const;
      const [one] = fc.sample(
        cases({ ...world.setting, google: undefined, labels }),
        {
          seed: SEED + round * AT_ONCE + at,
          numRuns: 1,
        },
      );
      if (one === undefined) throw new Error("no case was made");
      return one;
    });
    const { after, before, byHand, tainted } = joined(all);
    await world.reset(byHand);
    const folder = new Folder(`round-${round}`);
    await folder.init();
    await (await folder.plan(before)).apply();
    const plan = await folder.plan(after, tainted);
    expect(await mismatches(world, plan.json, plan.apply, looked)).toEqual([]);
  }
  expect(looked.changed).toBeGreaterThan(ROUNDS * AT_ONCE);
}, 900_000);

test("what a review says to do about an object of two stacks leaves it to one", async () => {
  await world.reset({
    ...{ strict: false, denyUnmatched: false },
    ...{ rules: [], records: [], applications: [] },
  });
  const address = "cloudflare_zero_trust_access_group.staff";
  const code: Code = {
    cloudflare_zero_trust_access_group: {
      staff: {
        account_id: world.account.id,
        name: "staff",
        include: [{ email: { email: "ada@example.com" } }],
      },
    },
  };
  const [first, second] = ["first", "second"].map(
    (name) => new Folder(join("cdktf.out", "stacks", name)),
  );
  for (const folder of [first!, second!]) await folder.init();
  await (await first!.plan(code)).apply();
  second!.takeStateOf(first!);
  const reviewed = async (other: Code) => {
    const plans = [
      readPlan("first", (await first!.plan(code)).json),
      readPlan("second", (await second!.plan(other)).json),
    ];
    const change = await readChange(plans, world.client, world.account.id);
    return {
      plans,
      remedy: reviewOf(change).findings.find(({ id }) => id === "two-owners")
        ?.remedy,
    };
  };
  // Taken out of the code before anything else, it would be deleted.
  expect((await reviewed({})).plans[1]?.resources).toMatchObject([
    { address, action: "delete" },
  ]);
  const { remedy = "" } = await reviewed(code);
  const [command = ""] =
    /terraform -chdir=\S+ state rm '[^']+'/.exec(remedy) ?? [];
  execFileSync("sh", ["-c", command], {
    cwd: workspace.dir,
    env: { ...process.env, ...workspace.env },
  });
  const left = await reviewed({});
  expect(left.remedy).toBeUndefined();
  expect(left.plans.map(({ resources }) => resources)).toMatchObject([
    [{ address, action: "no-op" }],
    [],
  ]);
});
