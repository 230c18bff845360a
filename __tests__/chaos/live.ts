import { join } from "node:path";
import { Terraform } from "../../deployment/terraform";
import { differences } from "../../rehearsal/account-diff";
import { quiet, start, type Ended } from "./command";
import { CUT, type Call, type Keeper, type Reply } from "./door";
import { FAULTS, type FaultName } from "./faults";
import { JOBS, type Job, type JobName } from "./jobs";
import { OtherWriter } from "./other-writer";
import { runWithRemedies } from "./remedies";
import { list, type Stage } from "./stage";
import { victimsOf } from "./victims";

/** One job that is disturbed once. */
export interface Case {
  readonly job: JobName;
  /** @default - nothing happens */
  readonly fault?: FaultName;
  /** Which call meets it, from 1; among the writes where only those can. */
  readonly nth: number;
  /** Whether a hand strikes when the call had its effect. */
  readonly late: boolean;
  /** Whether retries meet it too, until the command says that it tries again. */
  readonly lasting: boolean;
}

export function nameOf({ fault, job, lasting, late, nth }: Case): string {
  if (fault === undefined) return job;
  return `${job} × ${fault}, call ${nth}${late ? ", after it" : ""}${lasting ? ", lasting" : ""}`;
}

/** What a case came to. */
export interface Lived {
  /** Whether the fault has met anything. */
  readonly met: boolean;
  /** Methods and paths, in their order. */
  readonly calls: readonly string[];
  readonly faults: readonly string[];
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

    const hand = new Hand(one, job.trouble, stage, watched);
    const env = this.#env(job);
    const running = start(this.#command(job), env, (text) => hand.hear(text));
    hand.aim(running.pid, job.stacks[0]!);
    stage.keep((call, pass) => hand.keep(call, pass));
    const cut = await running.ended;
    const left = await quiet(stage.workspace.dir);
    if (left.length > 0) faults.push(`processes left: ${left.join("; ")}`);
    stage.keep((call, pass) => watched(call, pass));
    const noted = list(stage.stateFolder).some((name) =>
      name.endsWith(".apply.json"),
    );
    const told = [cut.text];
    if (
      !hand.killed &&
      cut.code !== 0 &&
      !/npm run|again|Run |What to do|Pass --/.test(cut.text)
    )
      faults.push(`exit ${cut.code} without a remedy: ${tail(cut)}`);
    if (one.fault === undefined && cut.code !== 0)
      faults.push(`undisturbed, it exits with ${cut.code}: ${tail(cut)}`);

    const others = hand.writer?.ids ?? new Set<string>();
    const unheard = (text: string) =>
      noted && !/never ended|has left|unfinished|Continuing/.test(text);
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
    const gone = hand.writer?.undo() ?? [];
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
    return { met: hand.met, calls: hand.calls, faults };
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

const MOST_RETRIES = 4;
const refuse: Keeper = (call, pass) => FAULTS["500"].keep(call, pass);

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

/** Disturbs one call, and what hangs on it. */
class Hand {
  readonly calls: string[] = [];
  met = false;
  /** Whether nobody is left who could tell of it. */
  killed = false;
  writer: OtherWriter | undefined;
  #meets = 0;
  #tried = false;
  #again = 0;
  /** Another call is waited for. */
  #striking = false;
  #over = false;
  #like = "";
  #root = 0;
  #stack = "";

  constructor(
    private readonly one: Case,
    private readonly trouble: RegExp | undefined,
    private readonly stage: Stage,
    private readonly watched: (
      call: Call,
      pass: () => Promise<Reply>,
    ) => Promise<Reply>,
  ) {}

  aim(root: number, stack: string): void {
    this.#root = root;
    this.#stack = stack;
  }

  /** The command waits before it tries again: the trouble is over by then. */
  hear(text: string): void {
    if (!/Trying again in/.test(text)) return;
    if (this.met) this.#over = true;
    this.#tried = true;
  }

  async keep(
    call: Call,
    pass: () => Promise<Reply>,
  ): Promise<Reply | typeof CUT> {
    const { fault: name, lasting, late, nth } = this.one;
    const onwards = () => this.watched(call, pass);
    const like = `${call.method} ${call.path}`;
    if (this.trouble && !this.#tried)
      return this.trouble.test(like) ? refuse(call, onwards) : onwards();
    this.calls.push(like);
    if (name === undefined) return onwards();
    const fault = FAULTS[name];
    if (this.met) {
      if (fault.kind === "strike" || this.#over || like !== this.#like)
        return onwards();
      const further: Keeper =
        "after" in fault && fault.after ? fault.after : fault.keep;
      // Google's client tries until it is told to end.
      const lasts = lasting && ++this.#again <= MOST_RETRIES;
      return lasts ? further(call, onwards) : onwards();
    }
    const counts =
      !("writes" in fault && fault.writes) || call.method !== "GET";
    if (counts) this.#meets++;
    if (!counts || this.#meets < nth) return onwards();
    this.#like = like;
    if (fault.kind === "answer") {
      this.met = true;
      return fault.keep(call, onwards);
    }
    if (this.#striking) return onwards();
    this.#striking = true;
    const reply = late ? await onwards() : undefined;
    this.#striking = false;
    const victims = victimsOf(fault.victim, this.#root);
    if (fault.victim !== "other writer" && victims.length === 0)
      return reply ?? onwards(); // that part is not there yet: at a later call
    this.met = true;
    if (fault.victim === "other writer")
      this.writer = new OtherWriter(this.stage, this.#stack);
    if (fault.victim === "node" || fault.victim === "group") this.killed = true;
    for (const pid of victims)
      send(fault.victim === "Ctrl-C" ? "SIGINT" : "SIGKILL", pid);
    // What the dead were doing does not happen.
    if (fault.victim === "group" || fault.victim === "terraform")
      return reply ?? CUT;
    return reply ?? onwards();
  }
}

function send(signal: NodeJS.Signals, pid: number): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended by itself.
  }
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
