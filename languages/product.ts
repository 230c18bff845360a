import { CharBase, type CharSet, type DFA } from "refa";
import type { Automaton } from "./automaton";

const MAX = 0x10ffff;

/** Automata that read the same text side by side; their states together have one number. */
export class Product {
  readonly start: number;
  readonly #states: (readonly (DFA.ReadonlyNode | undefined)[])[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #nodes = new Map<DFA.ReadonlyNode, number>();
  readonly #steps = new Map<number, Map<number, number>>();
  readonly #sets: readonly CharSet[];

  constructor(private readonly automata: readonly Automaton[]) {
    const ranges = new Map<string, CharSet>();
    for (const automaton of automata)
      for (const node of nodesOf(automaton))
        for (const set of node.out.invert(MAX).values())
          ranges.set(set.toString(), set);
    this.#sets = new CharBase(ranges.values()).sets;
    this.start = this.#numberOf(automata.map(({ initial }) => initial));
  }

  /** How many states were met so far. */
  get size(): number {
    return this.#states.length;
  }

  /** Sets of characters that all automata treat alike; others lead nowhere. */
  get alphabet(): readonly CharSet[] {
    return this.#sets;
  }

  /** Number of the set that a character is in. */
  classOf(character: number): number {
    return this.#sets.findIndex((set) => set.has(character));
  }

  /** @param character a code point */
  step(state: number, character: number): number {
    let steps = this.#steps.get(state);
    if (steps === undefined) this.#steps.set(state, (steps = new Map()));
    let next = steps.get(character);
    if (next === undefined) {
      next = this.#numberOf(
        this.#states[state]!.map((node) => node?.out.get(character)),
      );
      steps.set(character, next);
    }
    return next;
  }

  /** @param text in code points */
  read(state: number, text: readonly number[]): number {
    return text.reduce((at, character) => this.step(at, character), state);
  }

  /** For each automaton whether it has the text that leads to a state. */
  within(state: number): readonly boolean[] {
    return this.automata.map(({ finals }, at) => {
      const node = this.#states[state]![at];
      return node !== undefined && finals.has(node as DFA.Node);
    });
  }

  #numberOf(nodes: readonly (DFA.ReadonlyNode | undefined)[]): number {
    const key = nodes.map((node) => this.#nodeNumber(node)).join();
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.#states.push(nodes) - 1;
      this.#numbers.set(key, number);
    }
    return number;
  }

  #nodeNumber(node: DFA.ReadonlyNode | undefined): number {
    if (node === undefined) return -1;
    let number = this.#nodes.get(node);
    if (number === undefined)
      this.#nodes.set(node, (number = this.#nodes.size));
    return number;
  }
}

/** The nodes of an automaton, the initial one first. */
export function nodesOf({ initial }: Automaton): DFA.ReadonlyNode[] {
  const found = new Set<DFA.ReadonlyNode>([initial]);
  for (const node of found)
    for (const [, target] of node.out) found.add(target);
  return [...found];
}
