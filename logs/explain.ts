import type { AccessAccount } from "../access/model";
import type { LiveAccount } from "../account/read-access";
import { TodaysPolicies, type Verdict } from "../account/todays-policies";
import type { LogEntry } from "./entry";

/** An entry with who it means and what today's policies make of it. */
export interface ExplainedEntry extends LogEntry {
  /** The token's name, or who it is as logged. */
  readonly name: string;
  /** The login method's name, or its kind as logged. Absent for machines. */
  readonly login?: string;
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
  const domains = domainsOf(account);
  const tokens = account?.service_tokens ?? [];
  return entries.map((entry) => {
    const at = (entry.domain || domains.get(entry.appId)) ?? hostname;
    if (entry.kind === "machine") {
      const token = tokens.find(
        ({ client_id, id }) =>
          (entry.tokenId !== undefined && id === entry.tokenId) ||
          (entry.who !== "" && client_id === entry.who),
      );
      const { tokenId, who } = entry;
      const name = token?.name ?? (who || tokenId || "a machine");
      const full = { ...entry, who: who || (token?.client_id ?? ""), name };
      if (!policies || !token?.id) return full;
      return { ...full, today: policies.judgeToken(at, token.id, entry) };
    }
    const full = {
      ...entry,
      name: entry.who || "someone",
      ...(entry.connection && { login: loginOf(account, entry.connection) }),
    };
    if (!policies || entry.who === "") return full;
    const today = policies.judge(at, { ...entry, email: entry.who });
    return { ...full, today };
  });
}

/** The log has the kind of a login method: its name where only one is of that kind. */
function loginOf(
  account: AccessAccount | undefined,
  connection: string,
): string {
  const [method, ...others] = (account?.identity_providers ?? []).filter(
    ({ type }) => type === connection,
  );
  return (others.length === 0 && method?.name) || connection;
}

function domainsOf(account: AccessAccount | undefined): Map<string, string> {
  return new Map(
    (account?.applications ?? []).flatMap(({ domain, id }) =>
      domain && id ? [[id, domain] as const] : [],
    ),
  );
}

/** Why, for people: as a conclusion from today's policies, never as a fact. */
export function reasonOf(entry: ExplainedEntry): string {
  const { kind, result, today } = entry;
  if (result === "logged out") return "";
  if (today === undefined)
    return kind === "machine"
      ? "not in the log, and neither is the token"
      : "not in the log";
  const { admitted, reason } = today;
  const asLogged = (admitted === "yes") === (result === "allowed");
  if (admitted === "depends" || asLogged)
    return `by today's policies: ${reason}`;
  if (admitted === "no") return `today's policies would deny them: ${reason}`;
  return kind === "machine"
    ? "not in the log: today's policies admit the token, so its secret was wrong or it had expired"
    : `today's policies would admit them: ${reason}`;
}
