import { CharBase, CharSet, DFA, type TransitionIterator } from "refa";
import { RE2JS } from "re2js";

/** The highest code point. */
const MAX = 0x10ffff;
/** Instructions of a program and states of an automaton: more is left undecided. */
const MOST_INSTRUCTIONS = 600;
const MOST_STATES = 2_000;

/** A language that a pattern describes, as a deterministic automaton. */
export type Automaton = Pick<DFA, "initial" | "finals">;

/** Why a pattern has no automaton. */
export interface Opaque {
  readonly opaque: string;
}

const automata = new Map<string, Automaton | Opaque>();

/**
 * All texts in which a Go regular expression (RE2) finds a match. It is made
 * from the program that the engine runs, so that both always agree. A pattern
 * with huge repetitions has no automaton of a size that can be worked with.
 *
 * @throws where Go's `regexp` would refuse the pattern
 */
export function automatonOf(pattern: string): Automaton | Opaque {
  let automaton = automata.get(pattern);
  if (automaton === undefined) {
    automaton = build(pattern);
    automata.set(pattern, automaton);
  }
  return automaton;
}

export function isOpaque(one: Automaton | Opaque): one is Opaque {
  return "opaque" in one;
}

function build(pattern: string): Automaton | Opaque {
  const program = programOf(RE2JS.compile(pattern));
  if (program.instructions.length > MOST_INSTRUCTIONS)
    return { opaque: "its repetitions are too many to be decided" };
  try {
    const dfa = DFA.fromTransitionIterator(
      new Search(program).transitions(),
      { maxCharacter: MAX },
      new DFA.LimitedNodeFactory(MOST_STATES),
    );
    dfa.minimize();
    return dfa;
  } catch (error) {
    if (error instanceof TooLarge)
      return { opaque: "it has too many states to be decided" };
    throw error;
  }
}

class TooLarge extends Error {}

/** Instructions by RE2's names and numbers. */
enum Op {
  Alt = 1,
  AltMatch,
  Capture,
  EmptyWidth,
  Fail,
  Match,
  Nop,
  Rune,
  Rune1,
  RuneAny,
  RuneAnyNotNewline,
}

/** What an empty-width instruction asks for. */
enum Empty {
  BeginLine = 1,
  EndLine = 2,
  BeginText = 4,
  EndText = 8,
  WordBoundary = 16,
  NoWordBoundary = 32,
}

interface Instruction {
  readonly op: Op;
  readonly out: number;
  readonly arg: number;
  readonly runes: ArrayLike<number>;
  matchRune(rune: number): boolean;
}

interface Program {
  readonly start: number;
  readonly instructions: readonly Instruction[];
}

function programOf({ re2Input }: RE2JS): Program {
  const { inst, start } = re2Input.prog as {
    inst: readonly Instruction[];
    start: number;
  };
  return { start, instructions: inst };
}

/** What is on one side of a position in the text. */
type Side = "edge" | "word" | "newline" | "other";

const ALL = CharSet.all(MAX);
const NEWLINE = CharSet.fromCharacter(MAX, 0x0a);
const WORD = CharSet.empty(MAX).union([
  ...[
    { min: 0x30, max: 0x39 },
    { min: 0x41, max: 0x5a },
  ],
  ...[
    { min: 0x5f, max: 0x5f },
    { min: 0x61, max: 0x7a },
  ],
]);
const SIDES: readonly (readonly [Side, CharSet])[] = [
  ["word", WORD],
  ["newline", NEWLINE],
  ["other", ALL.without(WORD).without(NEWLINE)],
];

/** The instructions that a search is at, after a character of some kind. */
interface State {
  readonly at: readonly number[];
  readonly before: Side;
}

/** All ways in which an RE2 program runs through a text, side by side. */
class Search {
  readonly #states = new Map<string, State>();
  /** The text matches, whatever follows. */
  readonly #found: State = { at: [], before: "edge" };
  readonly #sides: readonly (readonly [Side, CharSet])[];

  constructor(private readonly program: Program) {
    const looksAround = program.instructions.some(
      ({ arg, op }) =>
        op === Op.EmptyWidth &&
        (arg & ~(Empty.BeginText | Empty.EndText)) !== 0,
    );
    this.#sides = looksAround ? SIDES : [["other", ALL]];
  }

  transitions(): TransitionIterator<State> {
    return {
      initial: this.#state([], "edge"),
      getOut: (state) => this.#out(state),
      isFinal: (state) =>
        state === this.#found || this.#reach(state, "edge") === "match",
    };
  }

  #out(state: State): Map<State, CharSet> {
    const out = new Map<State, CharSet>();
    const add = (to: State, by: CharSet) => {
      if (!by.isEmpty) out.set(to, out.get(to)?.union(by) ?? by);
    };
    if (state === this.#found) return new Map([[state, ALL]]);
    for (const [after, characters] of this.#sides) {
      const reached = this.#reach(state, after);
      if (reached === "match") {
        add(this.#found, characters);
        continue;
      }
      const ways = reached.map((at) => {
        const instruction = this.program.instructions[at]!;
        return {
          out: instruction.out,
          by: charactersOf(instruction).intersect(characters),
        };
      });
      let rest = characters;
      for (const by of new CharBase(ways.map((way) => way.by)).sets) {
        const targets = ways
          .filter((way) => way.by.isSupersetOf(by))
          .map((way) => way.out);
        add(this.#state(targets, after), by);
        rest = rest.without(by);
      }
      add(this.#state([], after), rest);
    }
    return out;
  }

  /** A state in which the search has also begun anew, as it may anywhere. */
  #state(targets: readonly number[], before: Side): State {
    const at = [...new Set([...targets, this.program.start])].sort(
      (a, b) => a - b,
    );
    const key = `${before} ${at.join()}`;
    let state = this.#states.get(key);
    if (state === undefined) {
      if (this.#states.size >= MOST_STATES) throw new TooLarge();
      state = { at, before };
      this.#states.set(key, state);
    }
    return state;
  }

  /** The instructions that take a character next, or that the text matches here. */
  #reach({ at, before }: State, after: Side): readonly number[] | "match" {
    const seen = new Set<number>();
    const taking: number[] = [];
    const open = [...at];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (seen.has(next)) continue;
      seen.add(next);
      const { arg, op, out } = this.program.instructions[next]!;
      switch (op) {
        case Op.Match:
          return "match";
        case Op.Alt:
        case Op.AltMatch:
          open.push(out, arg);
          break;
        case Op.Capture:
        case Op.Nop:
          open.push(out);
          break;
        case Op.EmptyWidth:
          if ((arg & ~holding(before, after)) === 0) open.push(out);
          break;
        case Op.Fail:
          break;
        default:
          taking.push(next);
      }
    }
    return taking;
  }
}

function holding(before: Side, after: Side): number {
  const boundary = (before === "word") !== (after === "word");
  return (
    (before === "edge" ? Empty.BeginText | Empty.BeginLine : 0) |
    (before === "newline" ? Empty.BeginLine : 0) |
    (after === "edge" ? Empty.EndText | Empty.EndLine : 0) |
    (after === "newline" ? Empty.EndLine : 0) |
    (boundary ? Empty.WordBoundary : Empty.NoWordBoundary)
  );
}

function charactersOf(instruction: Instruction): CharSet {
  const { arg, op, runes } = instruction;
  if (op === Op.RuneAny) return ALL;
  if (op === Op.RuneAnyNotNewline) return ALL.without(NEWLINE);
  if (runes.length === 1)
    return (arg & 1) !== 0 && op === Op.Rune
      ? foldedOf(instruction)
      : CharSet.fromCharacter(MAX, runes[0]!);
  const ranges = Array.from({ length: runes.length / 2 }, (_, at) => ({
    min: runes[2 * at]!,
    max: runes[2 * at + 1]!,
  }));
  return CharSet.empty(MAX).union(ranges);
}

const folded = new Map<number, CharSet>();

/** A character in all its cases, of which some have three. */
function foldedOf(instruction: Instruction): CharSet {
  const rune = instruction.runes[0]!;
  let found = folded.get(rune);
  if (found === undefined) {
    const cases: number[] = [];
    for (let one = 0; one < 0x20000; one++)
      if (instruction.matchRune(one)) cases.push(one);
    found = CharSet.fromCharacters(MAX, cases);
    folded.set(rune, found);
  }
  return found;
}
