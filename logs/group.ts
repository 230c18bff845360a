import { reasonOf, type ExplainedEntry } from "./explain";
import type { LogEntry } from "./entry";

/** Entries that say the same: one row of the table. */
export interface Group {
  readonly result: LogEntry["result"];
  readonly kind: LogEntry["kind"];
  readonly who: string;
  /** The login method's name, or its kind as logged. @default - a machine, or not in the log */
  readonly login?: string;
  /** Two letters, or `unknown`. */
  readonly country: string;
  readonly reason: string;
  readonly times: number;
  readonly first: string;
  readonly last: string;
  /** Each once, the first one first. */
  readonly addresses: readonly string[];
  /** Requests of a probe on this machine, which tries wrong tokens too. @default - others' */
  readonly own?: true;
}

/** Puts entries together by person, login, result, country and reason; the most frequent first. */
export function group(
  entries: readonly ExplainedEntry[],
  ownRays: ReadonlySet<string> = new Set(),
): Group[] {
  const isOwn = ({ kind, rayId }: ExplainedEntry) =>
    kind === "machine" && ownRays.has(rayId);
  const groups = new Map<string, ExplainedEntry[]>();
  for (const entry of entries) {
    const { country, login, name, result } = entry;
    const key = JSON.stringify([
      ...[result, name, login, country],
      isOwn(entry) || reasonOf(entry),
    ]);
    const same = groups.get(key);
    if (same) same.push(entry);
    else groups.set(key, [entry]);
  }
  return [...groups.values()]
    .map((same) => ({
      ...summarize(same),
      ...(isOwn(same[0]!) && { own: true as const, reason: OWN_PROBE }),
    }))
    .sort(inOrder);
}

function summarize(entries: readonly ExplainedEntry[]): Group {
  const [first, last] = [entries[0]!, entries.at(-1)!];
  return {
    result: first.result,
    kind: first.kind,
    who: first.name,
    ...(first.login !== undefined && { login: first.login }),
    country: first.country ?? "unknown",
    reason: reasonOf(first),
    times: entries.length,
    first: first.at,
    last: last.at,
    addresses: [...new Set(entries.map(({ ip }) => ip).filter(Boolean))],
  };
}

const OWN_PROBE = "npm run probe on this machine";

const ORDER: readonly LogEntry["result"][] = [
  "denied",
  "allowed",
  "logged out",
];

function inOrder(a: Group, b: Group): number {
  return (
    Number(a.own ?? false) - Number(b.own ?? false) ||
    ORDER.indexOf(a.result) - ORDER.indexOf(b.result) ||
    b.times - a.times ||
    a.who.localeCompare(b.who)
  );
}
