import type { LiveAccount } from "../live-account/read-access";
import { TodaysPolicies, type Verdict } from "../live-account/verdict";
import type { LogEntry } from "./entry";

/** An entry with who it means and what today's policies make of it. */
export interface ExplainedEntry extends LogEntry {
  /** The token's name, or who it is as logged. */
  readonly name: string;
  /**
   * What the policies of today would do: the log does not say why something
   * was decided. Absent where that can't be told.
   */
  readonly today?: Verdict;
}

/**
 * Adds to entries what the account knows at present.
 *
 * @param account undefined where it can't be read
 */
export function explain(
  entries: readonly LogEntry[],
  account: LiveAccount | undefined,
  hostname: string,
): ExplainedEntry[] {
  const policies = account && new TodaysPolicies(account);
  const tokens = new Map(
    (account?.service_tokens ?? []).map((token) => [token.client_id, token]),
  );
  return entries.map((entry) => {
    const at = entry.domain || hostname;
    if (entry.kind === "token") {
      const token = tokens.get(entry.who);
      const name = token?.name ?? (entry.who || "a machine");
      if (!policies || !token?.id) return { ...entry, name };
      return {
        ...entry,
        name,
        today: policies.judgeToken(at, token.id, entry),
      };
    }
    const name = entry.who || "someone";
    if (!policies || entry.who === "") return { ...entry, name };
    const today = policies.judge(at, { ...entry, email: entry.who });
    return { ...entry, name, today };
  });
}

/** Why, for people: as a conclusion from today's policies, never as a fact. */
export function reasonOf({ kind, result, today }: ExplainedEntry): string {
  if (result === "logged out") return "";
  if (today === undefined)
    return kind === "token"
      ? "not in the log, and no token of the account has this id"
      : "not in the log";
  const { admitted, reason } = today;
  if (admitted === "depends") return `by today's policies: ${reason}`;
  const asLogged = (admitted === "yes") === (result === "let in");
  if (asLogged) return `by today's policies: ${reason}`;
  return `today's policies would ${admitted === "yes" ? "let them in" : "refuse them"}: ${reason}`;
}
