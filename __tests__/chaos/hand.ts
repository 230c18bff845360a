import type { Disturbance } from "./case";
import { CUT, type Call, type Keeper, type Reply } from "./door";
import { FAULTS, type Fault } from "./faults";
import { OtherWriter } from "./other-writer";
import type { Stage } from "./stage";
import { victimsOf } from "./victims";

const MOST_RETRIES = 4;
const refuse: Keeper = (call, pass) => FAULTS["500"].keep(call, pass);

/** Fails the first attempt of a run, so that the next one is disturbed. */
export class Trouble {
  #tried = false;

  constructor(private readonly fits: RegExp | undefined) {}

  get isOn(): boolean {
    return this.fits !== undefined && !this.#tried;
  }

  hear(text: string): void {
    this.#tried ||= isNextAttempt(text);
  }

  keep(call: Call, pass: () => Promise<Reply>): ReturnType<Keeper> {
    return this.fits?.test(likeOf(call)) ? refuse(call, pass) : pass();
  }
}

const likeOf = ({ method, path }: Call) => `${method} ${path}`;

/** The command waits before it tries again. */
const isNextAttempt = (text: string) => /Trying again in/.test(text);

/** Disturbs one call, and what hangs on it. */
export class Hand {
  met = false;
  /** Whether nobody is left who could tell of it. */
  killed = false;
  writer: OtherWriter | undefined;
  #meets = 0;
  /** Its call has come: what can't strike there does at a later one. */
  #reached = false;
  #again = 0;
  /** Another call is waited for. */
  #striking = false;
  #over = false;
  #like = "";
  #root = 0;
  #stack = "";

  constructor(
    private readonly one: Disturbance,
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

  /** The trouble is over by the next attempt. */
  hear(text: string): void {
    if (this.met && isNextAttempt(text)) this.#over = true;
  }

  /** Whether it has to be told of a call. */
  minds(call: Call): boolean {
    const { nth } = this.one;
    if (this.met) return likeOf(call) === this.#like;
    return typeof nth === "number" || this.#reached || nth.test(likeOf(call));
  }

  async keep(
    call: Call,
    pass: () => Promise<Reply>,
  ): Promise<Reply | typeof CUT> {
    const { fault: name, lasting, late, nth, toTheEnd } = this.one;
    const onwards = () => this.watched(call, pass);
    const like = likeOf(call);
    const fault: Fault = FAULTS[name];
    if (this.met) {
      if (fault.kind === "strike" || like !== this.#like) return onwards();
      if (toTheEnd) return fault.keep(call, onwards);
      if (this.#over) return onwards();
      const further: Keeper = fault.after ?? fault.keep;
      // Google's client tries until it is told to end.
      const lasts = lasting && ++this.#again <= MOST_RETRIES;
      return lasts ? further(call, onwards) : onwards();
    }
    if (fault.kind === "answer" && fault.writes && call.method === "GET")
      return onwards();
    this.#meets++;
    this.#reached ||= typeof nth !== "number" || this.#meets >= nth;
    if (!this.#reached) return onwards();
    this.#like = like;
    if (fault.kind === "answer") {
      this.met = true;
      if (late && fault.gateway) await onwards();
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
