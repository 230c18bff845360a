import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { noteFolder } from "./apply-note";

/** What our own provider has noted of one object. */
export interface JournalEntry {
  readonly id: string;
  /** Id of the object itself, where it has one of its own; empty until it is known. */
  readonly claim?: string;
  /** Of a DNS record: those that it replaces. */
  readonly records?: string;
}

/** All that the journal notes; what can't be read is the provider's to tell. */
export function journalEntries(env: NodeJS.ProcessEnv): JournalEntry[] {
  const folder = join(noteFolder(env), "journal");
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .flatMap((name) => {
      try {
        const text = readFileSync(join(folder, name), "utf8");
        return JSON.parse(text) as JournalEntry;
      } catch {
        return [];
      }
    });
}
