import { DiagnosticList } from "./diagnostics";
import type { Context, Diagnostics } from "./provider";
import type { Type } from "./value";

/** What one calling Terraform has told the provider. */
export class Connection<Client> {
  /** Unset before `ConfigureProvider` and while the configuration is unknown. */
  configured?: { readonly client: Client };
  readonly #stop = new AbortController();

  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  stop(): void {
    this.#stop.abort(new Error("Terraform asked the provider to stop"));
  }

  /** What handlers that work without a client are given. */
  context(diagnostics: Diagnostics): Context<Client | undefined> {
    const { signal } = this;
    return { client: this.configured?.client, diagnostics, signal };
  }
}

/**
 * Runs a handler; what it tells and what it throws go to the caller's user.
 * `otherwise` is the rest of the answer when it throws.
 */
export async function answer<Response extends object>(
  type: Type,
  connection: { readonly signal: AbortSignal },
  otherwise: Partial<Response>,
  handle: (diagnostics: DiagnosticList) => Promise<Response>,
) {
  const diagnostics = new DiagnosticList(type);
  let response: Partial<Response> = otherwise;
  try {
    response = await handle(diagnostics);
  } catch (error) {
    diagnostics.thrown(error, connection.signal);
  }
  return { ...response, diagnostics: diagnostics.messages };
}

/** One entry of a table by its Terraform type name. */
export function byType<T>(table: { readonly [type: string]: T }, type: string) {
  const found = table[type];
  if (!found) throw new RangeError(`this provider has no "${type}"`);
  return found;
}
