import type { Adapter, AdapterFactory, AdapterPayload } from "oidc-provider";
import { toMetadata, type Clients } from "./clients";

/**
 * Where oidc-provider keeps codes, tokens and sessions: in memory, for as long
 * as we run. It looks at their age by itself. Clients are the account's.
 */
export function memory(clients: Clients): AdapterFactory {
  const stored = new Map<string, AdapterPayload>();
  return (model) =>
    model === "Client"
      ? new ClientAdapter(clients)
      : new MemoryAdapter(stored, model);
}

class MemoryAdapter implements Adapter {
  constructor(
    private readonly stored: Map<string, AdapterPayload>,
    private readonly model: string,
  ) {}

  async upsert(id: string, payload: AdapterPayload): Promise<void> {
    this.stored.set(this.#key(id), payload);
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    return this.stored.get(this.#key(id));
  }

  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return this.#findWhere((payload) => payload.uid === uid);
  }

  async findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    return this.#findWhere((payload) => payload.userCode === userCode);
  }

  async consume(id: string): Promise<void> {
    const payload = this.stored.get(this.#key(id));
    if (payload) payload.consumed = Math.floor(Date.now() / 1000);
  }

  async destroy(id: string): Promise<void> {
    this.stored.delete(this.#key(id));
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    for (const [key, payload] of this.stored)
      if (payload.grantId === grantId) this.stored.delete(key);
  }

  #key(id: string): string {
    return `${this.model}:${id}`;
  }

  #findWhere(
    fits: (payload: AdapterPayload) => boolean,
  ): AdapterPayload | undefined {
    return [...this.stored].find(
      ([key, payload]) => key.startsWith(`${this.model}:`) && fits(payload),
    )?.[1];
  }
}

/** The console's clients, which no one but the account changes. */
class ClientAdapter implements Adapter {
  constructor(private readonly clients: Clients) {}

  async find(id: string): Promise<AdapterPayload | undefined> {
    const client = this.clients.find(id);
    return client === undefined
      ? undefined
      : (toMetadata(client) as AdapterPayload);
  }

  async upsert(): Promise<void> {}
  async findByUid(): Promise<undefined> {}
  async findByUserCode(): Promise<undefined> {}
  async consume(): Promise<void> {}
  async destroy(): Promise<void> {}
  async revokeByGrantId(): Promise<void> {}
}
