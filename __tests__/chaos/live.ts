import { join } from "node:path";
import { Terraform } from "../../deployment/terraform";
import { differences } from "../../rehearsal/account-diff";
import type { Case } from "./case";
import { quiet, start, type Ended } from "./command";
import type { Call, Reply } from "./door";
import { Hand, Trouble } from "./hand";
import { JOBS, type Job, type JobName } from "./jobs";
import { runWithRemedies } from "./remedies";
import { list, type Stage } from "./stage";

/** What a case came to. */
export interface Lived {
  /** Whether each fault has met anything, as far as the runs went. */
  readonly met: readonly boolean[];
  /** Methods and paths, in their order. */
  readonly calls: readonly string[];
  readonly faults: readonly string[];
  /** What each command printed. */
  readonly told: readonly string[];
}

/** The account as it is before all, and the jobs' beginnings. */
export class Lives {
  readonly #before: object;
  readonly #objects: ReadonlyMap<string, string>;
  readonly #beginnings = new Map<JobName, () => void>();

  constructor(private readonly stage: Stage) {
    this.#before = stage.account.snapshot();
    this.#objects = stage.objects();
    this.#empty = stage.save("empty");
  }

  readonly #empty: () => void;

  async live(one: Case): Promise<Lived> {
    const { stage } = this;
    const job: Job = JOBS[one.job];
    await this.#begin(one.job);
    const faults: string[] = [];
    const watched = async (call: Call, pass: () => Promise<Reply>) => {
      const reply = await pass();
      if (call.method !== "GET") {
        for (const who of await stage.intruders(job.hosts, "strangers"))
          faults.push(`${who} got in after ${call.method} ${call.path}`);
        for (const who of job.removes ? await stage.opened([job.removes]) : [])
          faults.push(`${who} after ${call.method} ${call.path}`);
      }
      return reply;
    };
    stage.keep((call, pass) => watched(call, pass));

    const env = this.#env(job);
    const told: string[] = [];
    const all: Hand[] = [];
    const calls: string[] = [];
    let cut: Ended = { code: null, stdout: "", text: "" };
    let noted = false;
    const unheard = (text: string) =>
      noted && !/never ended|has left|unfinished|Continuing/.test(text);
    for (const run of one.runs) {
      const hands = run.map((next) => new Hand(next, stage, watched));
      all.push(...hands);
      const trouble = new Trouble(job.trouble);
      const hear = (text: string) =>
        [trouble, ...hands].forEach((one) => one.hear(text));
      const running = start(this.#command(job), env, hear);
      for (const hand of hands) hand.aim(running.pid, job.stacks[0]!);
      stage.keep(async (call, pass) => {
        if (trouble.isOn) return trouble.keep(call, () => watched(call, pass));
        if (run === one.runs[0]) calls.push(`${call.method} ${call.path}`);
        // Of two at one call, that which still waits for it.
        const hand =
          hands.find((hand) => !hand.met && hand.minds(call)) ??
          hands.find((hand) => hand.minds(call));
        return hand ? hand.keep(call, pass) : watched(call, pass);
      });
      cut = await running.ended;
      const left = await quiet(stage.workspace.dir);
      if (left.length > 0) faults.push(`processes left: ${left.join("; ")}`);
      stage.keep((call, pass) => watched(call, pass));
      if (unheard(cut.text))
        faults.push(`nothing tells of the run before: ${tail(cut)}`);
      told.push(cut.text);
      if (
        !hands.some(({ killed }) => killed) &&
        cut.code !== 0 &&
        !/npm run|again|Run |What to do|Pass --/.test(cut.text)
      )
        faults.push(`exit ${cut.code} without a remedy: ${tail(cut)}`);
      if (hands.length === 0 && cut.code !== 0)
        faults.push(`undisturbed, it exits with ${cut.code}: ${tail(cut)}`);
      noted = list(stage.stateFolder).some((name) =>
        name.endsWith(".apply.json"),
      );
      if (cut.code === 0) break;
    }
    const { writer } = all.find((hand) => hand.writer) ?? {};
    const others = writer?.ids ?? new Set<string>();
    // A rotation that has ended well would begin anew.
    if (!job.abandoned && (job.command[0] !== "rotate" || cut.code !== 0)) {
      const first = told.length;
      const again = await this.#run(this.#command(job), job, told, others);
      if (again.code !== 0)
        faults.push(
          `run again, it exits with ${again.code}: ${tail(again)}`,
          ...told
            .slice(first)
            .filter((text) => text.startsWith("$ "))
            .map((text) => `followed: ${text.slice(0, 700)}`),
        );
      else if (cut.code === 0 && !isIdle(again.stdout))
        faults.push(
          `exit 0, but there was something left to do: ${again.stdout.trim()}`,
        );
      if (unheard(told.slice(first).join()))
        faults.push(`nothing tells of the run that was cut: ${tail(again)}`);
    }
    for (const who of await stage.intruders(job.hosts))
      faults.push(`${who} got in afterwards`);
    const orphans = () =>
      stage
        .orphans(this.#objects)
        .filter((orphan) => !others.has(orphan.split(" ").at(-1) ?? ""));
    // Named with the command that asks; a destroy has to take it along.
    const named = (orphan: string) =>
      told.join().includes(`id ${orphan.split(" ").at(-1)}`);
    for (const orphan of job.abandoned ? [] : orphans())
      if (!named(orphan)) faults.push(`orphan, not told of: ${orphan}`);
    if (job.bucket) {
      const deployed = await this.#run(
        ["deploy", job.stacks[0]!, "--auto-approve", "--json"],
        job,
        told,
        others,
      );
      if (!isIdle(deployed.stdout))
        faults.push(`a deploy afterwards: ${tail(deployed)}`);
    }
    if (!job.destroys) {
      if (!job.abandoned && !(await this.#isServed(job)))
        faults.push("the service's token does not reach it");
      if (!job.abandoned) faults.push(...(await this.#planned(job, env)));
      const first = told.length;
      const destroyed = await this.#run(
        ["destroy", ...job.stacks, "--auto-approve"],
        job,
        told,
        others,
      );
      if (destroyed.code !== 0)
        faults.push(`destroy exits with ${destroyed.code}: ${tail(destroyed)}`);
      if (job.abandoned && unheard(told.slice(first).join()))
        faults.push(`nothing tells of the run given up: ${tail(destroyed)}`);
    }
    const gone = writer?.undo() ?? [];
    // Cloudflare has nothing to compare with; what is lost has to be told.
    if (
      gone.includes("the rule") &&
      /overw|lost|someone|another/i.test(told.join())
    )
      gone.splice(gone.indexOf("the rule"), 1);
    if (gone.length > 0) faults.push(`another's is gone: ${gone.join(", ")}`);
    const now = stage.account.snapshot();
    for (const { path } of differences(without(job, this.#before), now))
      faults.push(`not as before: ${path}`);
    for (const file of stage.remains()) faults.push(`left: ${file}`);
    const printed = told.join();
    if (this.#secrets().some((secret) => printed.includes(secret)))
      faults.push("a secret was printed");
    return {
      met: all.map(({ met }) => met),
      calls,
      faults,
      told,
    };
  }

  async #isServed({ code, stacks: [stack = ""] }: Job): Promise<boolean> {
    const { hostname = "" } = code.services[stack] ?? {};
    return this.stage.isServed(hostname, stack);
  }

  /** Runs a command with the remedies that it prints, and keeps what was told. */
  async #run(
    command: readonly [string, ...string[]],
    job: Job,
    told: string[],
    others: ReadonlySet<string>,
  ): Promise<Ended> {
    const [stack = ""] = job.stacks;
    const all = await runWithRemedies(
      this.stage,
      command,
      stack,
      this.#env(job),
      others,
    );
    told.push(...all.map(({ text }) => text));
    return all.at(-1)!;
  }

  /** What another plan of the job's code would change. */
  async #planned(job: Job, env: NodeJS.ProcessEnv): Promise<string[]> {
    const faults: string[] = [];
    for (const stack of job.stacks) {
      const dir = this.stage.workspace.stackDir(stack);
      const terraform = new Terraform(dir, { env });
      const file = join(this.stage.workspace.dir, "tmp", "again");
      try {
        if (!(await terraform.plan(file))) continue;
        for (const { actions, address } of await terraform.changes(file))
          faults.push(`planned again: ${actions.join()} ${address}`);
      } catch (error) {
        faults.push(`no further plan: ${String(error).slice(-600)}`);
      }
    }
    return faults;
  }

  async #begin(name: JobName): Promise<void> {
    const { stage } = this;
    const begin = this.#beginnings.get(name);
    if (begin) return begin();
    this.#empty();
    stage.keep((_, pass) => pass());
    const { deployed, stacks }: Job = JOBS[name];
    if (deployed) {
      const env = this.#env({ code: deployed });
      const command = ["deploy", stacks[0]!, "--auto-approve"] as const;
      const ended = await start(command, env).ended;
      if (ended.code !== 0) throw new Error(ended.text);
    }
    this.#beginnings.set(name, stage.save(name.replaceAll(" ", "-")));
  }

  #command({ command }: Job): readonly [string, ...string[]] {
    const file = join(this.stage.workspace.dir, "stored.env");
    return command[0] === "rotate" ? [...command, "--file", file] : command;
  }

  #env({ bucket, code }: Pick<Job, "bucket" | "code">): NodeJS.ProcessEnv {
    return {
      ...this.stage.workspace.env,
      ...(bucket && this.stage.bucketEnv),
      STACKS_UNDER_TEST: JSON.stringify(code),
    };
  }

  #secrets(): string[] {
    const { account, workspace } = this.stage;
    return [
      ...[...account.serviceTokens.values()].map((one) => one.client_secret),
      String(workspace.env.CLOUDFLARE_API_TOKEN),
      String(workspace.env.TF_VAR_google_client_secret),
    ];
  }
}

/** What is to be in the account at the end: `removes` says what is not. */
function without({ removes }: Job, before: object): object {
  if (removes === undefined) return before;
  const copy = structuredClone(before) as {
    tunnels: Record<
      string,
      { configuration: { config: { ingress: { hostname?: string }[] } } }
    >;
  };
  for (const { configuration } of Object.values(copy.tunnels))
    configuration.config.ingress = configuration.config.ingress.filter(
      ({ hostname }) => hostname !== removes,
    );
  return copy;
}

/** Whether a run says, as JSON, that nothing was to do. */
function isIdle(stdout: string): boolean {
  const { length, ...outcomes } = JSON.parse(
    stdout.trim().split("\n").at(-1) ?? "{}",
  ) as Record<string, string>;
  return (
    length === undefined &&
    Object.values(outcomes).every((outcome) =>
      [
        "unchanged",
        "nothing to destroy",
        "nothing to move",
        "there already",
      ].includes(outcome),
    )
  );
}

function tail({ text }: Ended): string {
  return text.trim().slice(-700);
}
