/** Values that can be taken once, within some time. */
export class OneTime<T> {
  readonly #entries = new Map<string, { value: T; expiresAt: number }>();

  constructor(
    readonly now: () => Date,
    readonly lifeMs: number,
  ) {}

  put(key: string, value: T): void {
    const now = this.now().getTime();
    for (const [old, { expiresAt }] of this.#entries)
      if (expiresAt <= now) this.#entries.delete(old);
    this.#entries.set(key, { value, expiresAt: now + this.lifeMs });
  }

  /** The value, in time; it stays. */
  peek(key: string): T | undefined {
    const entry = this.#entries.get(key);
    return entry && this.now().getTime() < entry.expiresAt
      ? entry.value
      : undefined;
  }

  /** The value, the first time and in time; else undefined. */
  take(key: string): T | undefined {
    const entry = this.#entries.get(key);
    this.#entries.delete(key);
    const inTime = entry && this.now().getTime() < entry.expiresAt;
    return inTime ? entry.value : undefined;
  }
}
