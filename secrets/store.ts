/** A place that secrets are kept in. */
export interface SecretStore {
  /** For messages: `.env`, or a project of Infisical. */
  readonly description: string;
  /**
   * Finds out whether it can be written to, before secrets change that then
   * would have nowhere to go.
   *
   * @throws UsageError with all that is amiss
   */
  check(): Promise<void>;
  /** Sets these values and leaves all others alone. Tells the names that changed. */
  put(values: Readonly<Record<string, string>>): Promise<string[]>;
  /** The command that shows one of them. @default - there is no such command */
  howToRead?(name: string): string;
}

/** A message without the secrets that someone else's text may repeat. */
export function redact(text: string, secrets: Iterable<string>): string {
  let clean = text;
  for (const secret of secrets)
    if (secret !== "") clean = clean.replaceAll(secret, "[secret]");
  return clean;
}
