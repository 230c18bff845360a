import type { Account } from "../../local/account";
import type { IngressRule, JsonObject } from "../../local/account-objects";
import type { Api } from "../../local/api/api";
import type { ApiCall } from "../../local/api/calls";

/**
 * How long a write waits for others that may come beside it. One that protects
 * waits longer, so that any that exposes and does not wait for it comes first.
 */
const QUIET_MS = 25;
const QUIET_BEFORE_PROTECTION_MS = 250;

/**
 * Watches the writes of an API, one at a time. Of those that Terraform makes
 * at once the one that could expose most goes first: what has to come later
 * must then be held back by the stacks, and not by chance.
 */
export class Writes {
  /** What was written, such as `create application app.example.com`. */
  readonly done: string[] = [];
  readonly #waiting: {
    readonly rank: number;
    readonly protects: boolean;
    readonly go: () => void;
  }[] = [];
  #busy = false;
  #timer: NodeJS.Timeout | undefined;
  #before: Snapshot;
  readonly #stop: () => void;

  /** @param between asked after each write, before the next one */
  constructor(
    private readonly account: Account,
    api: Api,
    between: (write: string) => Promise<void>,
  ) {
    this.#before = snapshot(account);
    this.#stop = api.onCall({
      before: async (call) => {
        if (!isWrite(call)) return;
        await this.#turn(call);
        this.#before = snapshot(account);
      },
      after: async (call, answer) => {
        if (!isWrite(call)) return;
        const refused = answer.ok ? "" : `refused (${answer.status}): `;
        for (const write of this.#describe(call)) {
          this.done.push(refused + write);
          await between(write);
        }
        this.#busy = false;
        this.#arrange();
      },
    });
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#stop();
  }

  #turn(call: ApiCall): Promise<void> {
    return new Promise((go) => {
      const rank = exposure(call);
      this.#waiting.push({ rank, protects: protects(call), go });
      this.#arrange();
    });
  }

  #arrange(): void {
    clearTimeout(this.#timer);
    if (this.#busy || this.#waiting.length === 0) return;
    this.#waiting.sort((a, b) => b.rank - a.rank);
    this.#timer = setTimeout(
      () => {
        this.#busy = true;
        this.#waiting.shift()?.go();
      },
      this.#waiting[0]?.protects ? QUIET_BEFORE_PROTECTION_MS : QUIET_MS,
    );
  }

  /** A call as people say it, by how the account was and is. */
  #describe(call: ApiCall): string[] {
    const [before, after] = [this.#before, snapshot(this.account)];
    if (call.path.endsWith("/configurations"))
      return ruleChanges(before.rules, after.rules);
    const [, kind = call.path] =
      KINDS.find(([part]) => call.path.includes(part)) ?? [];
    const id = call.path.split("/").at(-1) ?? "";
    const body = call.body as JsonObject | undefined;
    const created =
      kind === "record" ? body?.name : (body?.domain ?? body?.name);
    const name = before.names.get(id) ?? String(created);
    if (call.path.endsWith("/dns_records/batch")) {
      const {
        deletes = [],
        posts = [],
        puts = [],
      } = call.body as Record<
        string,
        readonly { id?: string; name?: string }[]
      >;
      const named = [...deletes, ...puts].map(({ id = "" }) =>
        before.names.get(id),
      );
      const all = [...named, ...posts.map((one) => one.name)];
      return [`replace record ${[...new Set(all)].join(", ")}`];
    }
    const verb = { POST: "create", DELETE: "delete" }[call.method] ?? "update";
    return [`${verb} ${kind} ${name}`];
  }
}

const KINDS = [
  ["/access/apps", "application"],
  ["/access/policies", "policy"],
  ["/access/groups", "group"],
  ["/access/service_tokens", "token"],
  ["/access/identity_providers", "login method"],
  ["/dns_records", "record"],
] as const;

interface Snapshot {
  /** Names of everything that has an id. */
  readonly names: ReadonlyMap<string, string>;
  readonly rules: readonly IngressRule[];
}

function snapshot(account: Account): Snapshot {
  const named = [
    ...account.policies.values(),
    ...account.groups.values(),
    ...account.serviceTokens.values(),
    ...account.identityProviders.values(),
    ...account.dnsRecords.values(),
  ].map(({ id, name }) => [id, name] as const);
  const applications = [...account.applications.values()].map(
    ({ domain = "", id }) => [id, domain] as const,
  );
  const [tunnel] = account.tunnels.values();
  return {
    names: new Map([...named, ...applications]),
    rules: structuredClone(tunnel?.configuration.config?.ingress ?? []),
  };
}

/** What a write of the tunnel's whole document changed. */
function ruleChanges(
  before: readonly IngressRule[],
  after: readonly IngressRule[],
): string[] {
  const key = (rule: IngressRule) =>
    `${rule.hostname ?? "any host"}${rule.path ? ` ${rule.path}` : ""}`;
  const [old, now] = [before, after].map(
    (rules) => new Map(rules.map((rule) => [key(rule), rule])),
  ) as [Map<string, IngressRule>, Map<string, IngressRule>];
  const verb = (name: string): string | undefined => {
    const [was, is] = [old.get(name), now.get(name)];
    if (!was) return "create";
    if (!is) return "delete";
    if (JSON.stringify(was) === JSON.stringify(is)) return undefined;
    if (isLinked(was) === isLinked(is)) return "update";
    return isLinked(is) ? "protect" : "put back";
  };
  const changes = [...new Set([...old.keys(), ...now.keys()])]
    .filter((name) => name !== "any host" && verb(name))
    .map((name) => `${verb(name)} route ${name}`);
  return changes.length > 0 ? changes : ["rewrite the tunnel's rules"];
}

/** Whether the connector demands Access's JWT. */
function isLinked({ originRequest }: IngressRule): boolean {
  return (originRequest?.access as JsonObject | undefined)?.required === true;
}

function isWrite({ method }: ApiCall): boolean {
  return method !== "GET" && method !== "HEAD";
}

/** Whether a call puts protection up, or takes a host off the internet. */
function protects({ method, path }: ApiCall): boolean {
  return method === "DELETE"
    ? path.includes("/dns_records")
    : path.includes("/apps");
}

/** The more a call could expose when it comes too early, the higher. */
function exposure({ method, path }: ApiCall): number {
  const at = (part: string) => path.includes(part);
  if (method === "DELETE")
    return at("/apps") ? 6 : at("/policies") ? 5 : at("/dns_records") ? 0 : 4;
  if (at("/dns_records")) return 6;
  if (at("/configurations")) return 5;
  return at("/apps") ? 3 : at("/policies") ? 2 : 1;
}
