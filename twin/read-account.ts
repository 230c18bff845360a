import type { AccountReader } from "../account/account-reader";
import { NotKnown } from "../account/not-known";

/** An object as the API answers it. */
export type Answered = Readonly<Record<string, unknown>>;

/** An account as the API answers it, object by object. */
export interface AnsweredAccount {
  readonly id: string;
  /** Undefined where Zero Trust was never switched on. */
  readonly organization?: Answered;
  readonly zones: readonly Answered[];
  /** Of the account's own zones. */
  readonly records: readonly {
    readonly zoneId: string;
    readonly record: Answered;
  }[];
  readonly tunnels: readonly {
    readonly tunnel: Answered;
    readonly configuration?: Answered;
    readonly connectors: readonly Answered[];
  }[];
  readonly loginMethods: readonly Answered[];
  readonly groups: readonly Answered[];
  readonly policies: readonly Answered[];
  readonly applications: readonly Answered[];
  readonly serviceTokens: readonly Answered[];
  readonly tags: readonly Answered[];
  /** People who have logged in; undefined where the token may not read them. */
  readonly users?: readonly Answered[];
  /** Why there are no `users`. */
  readonly usersNotRead?: string;
}

export interface ReadOptions {
  readonly signal: AbortSignal;
  /** Told what is being read. */
  say(text: string): void;
}

/**
 * Reads the whole account.
 *
 * @throws Error with everything that can't be read, and the permissions for it
 */
export async function readWholeAccount(
  reader: AccountReader,
  id: string,
  { say, signal }: ReadOptions,
): Promise<AnsweredAccount> {
  const faults: string[] = [];
  async function part<T>(
    what: string,
    ask: () => Promise<readonly T[]>,
  ): Promise<readonly Answered[]> {
    signal.throwIfAborted();
    say(`Reading ${what}`);
    try {
      return (await ask()) as readonly unknown[] as readonly Answered[];
    } catch (error) {
      if (!(error instanceof NotKnown)) throw error;
      faults.push(error.message);
      return [];
    }
  }
  const one =
    <T>(ask: () => Promise<T | undefined>) =>
    async () =>
      [(await ask()) ?? []].flat();

  const [organization] = await part(
    "the organization",
    one(reader.organization),
  );
  const isOn = organization !== undefined || faults.length > 0;
  const access = <T>(what: string, ask: () => Promise<readonly T[]>) =>
    isOn ? part(what, ask) : [];
  const zones = await part("zones", reader.zones);
  const records = [];
  for (const { account, id: zoneId, name } of zones) {
    if ((account as Answered | undefined)?.id !== id) continue;
    const zone = { id: String(zoneId), name: String(name) };
    for (const record of await part(`records of ${zone.name}`, () =>
      reader.recordsInFull(zone),
    ))
      records.push({ zoneId: zone.id, record });
  }
  const tunnels = [];
  for (const tunnel of await part("tunnels", reader.tunnelsInFull)) {
    const named = { id: String(tunnel.id), name: String(tunnel.name) };
    const [configuration] = await part(
      `the rules of ${named.name}`,
      one(() => reader.configurationInFull(named)),
    );
    const connectors = await part(`the connectors of ${named.name}`, () =>
      reader.connectors(named),
    );
    tunnels.push({ tunnel, configuration, connectors });
  }
  const read = {
    id,
    organization,
    zones,
    records,
    tunnels,
    loginMethods: await access("login methods", reader.loginMethodsInFull),
    groups: await access("groups", reader.groups),
    policies: await access("policies", reader.policies),
    applications: await access("applications", reader.applications),
    serviceTokens: await access("service tokens", reader.serviceTokens),
    tags: await access("tags", reader.tags),
  };
  if (faults.length > 0) throw new Error([...new Set(faults)].join("\n"));
  const users = await access("people", reader.users);
  const [usersNotRead] = faults;
  return usersNotRead === undefined
    ? { ...read, users }
    : { ...read, usersNotRead };
}
