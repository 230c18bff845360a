import type { OwnDoings } from "../../account/own-doings";
import type { ExplainedEntry } from "../explain";

/** What a look at the log is about. */
export interface Period {
  /** Name of the service's stack. */
  readonly service: string;
  /** Oldest first. */
  readonly entries: readonly ExplainedEntry[];
  /** The tokens that the stack has deployed. */
  readonly tokens: readonly {
    readonly name: string;
    readonly clientId: string;
  }[];
  /** What this machine has done itself. @default - not known */
  readonly own?: OwnDoings;
  /** The entries of machines are all there, denied ones too. */
  readonly machinesKnown: boolean;
}

/** Something of the period that someone should know of, in one sentence. */
export interface StandsOut {
  readonly id: string;
  readonly text: string;
}

/** One thing to look for. */
export interface StandsOutCheck {
  readonly id: string;
  /** Requests of this machine's own probe count as well. @default false */
  readonly ofOwn?: boolean;
  /** A sentence for each case. */
  find(period: Period): readonly string[];
}

/** Entries by who they are of, in the order in which each came first. */
export function byWho(
  entries: readonly ExplainedEntry[],
): Map<string, ExplainedEntry[]> {
  const all = new Map<string, ExplainedEntry[]>();
  for (const entry of entries) {
    const own = all.get(entry.name);
    if (own) own.push(entry);
    else all.set(entry.name, [entry]);
  }
  return all;
}

/** `NL (3), BR (1)`: what there is of something, the first one first. */
export function tally(values: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].map(([value, count]) => `${value} (${count})`).join(", ");
}

/** A word of a command to be copied: names come from others, and a shell reads it. */
export function shellWord(text: string): string {
  return /^[\w.@%+:,/-]+$/.test(text)
    ? text
    : `'${text.replaceAll("'", "'\\''")}'`;
}

export function times(count: number): string {
  return count === 1 ? "once" : `${count} times`;
}
