import type { Client } from "../../providers/tunnel-route/client";
import type { Context } from "../../terraform-plugin/provider";

/**
 * Where a resource does its work. An error that it tells of is thrown.
 *
 * @param warn told each warning
 */
export function contextWith(
  client: Client,
  warn: (summary: string, detail?: string) => void = () => {},
): Context<Client> {
  return {
    client,
    diagnostics: {
      error(text) {
        throw new Error(text);
      },
      warn,
    },
    signal: new AbortController().signal,
  };
}
