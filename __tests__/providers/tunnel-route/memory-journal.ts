import type { Entry, Journal } from "../../../providers/tunnel-route/journal";

/** A journal without a disk, for thousands of quick runs. */
export class MemoryJournal implements Pick<
  Journal,
  "read" | "endingIn" | "write" | "remove"
> {
  readonly #entries = new Map<string, Entry>();

  read(id: string): Entry | undefined {
    return this.#entries.get(id);
  }

  endingIn(text: string): readonly Entry[] {
    return [...this.#entries.values()].filter(({ id }) => id.endsWith(text));
  }

  write(entry: Entry): void {
    this.#entries.set(entry.id, entry);
  }

  remove(id: string): void {
    this.#entries.delete(id);
  }
}
