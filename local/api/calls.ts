import type { Json } from "../account-objects";

/** One request as the API saw it. */
export interface ApiCall {
  readonly method: string;
  /** Without the base path and the query. */
  readonly path: string;
  readonly query: string;
  /** The JSON body with secrets replaced by `(secret)`; undefined where there was none. */
  readonly body: Json | undefined;
  /** When it was handled, by the account's clock. */
  readonly at: string;
  /** HTTP status; undefined before the answer, and for a connection that was cut. */
  status?: number;
}

/** Ends the connection without an answer. */
export const DROP = Symbol("drop the connection");

/** What to do instead: answer this, or nothing at all. */
export type Intervention = Response | typeof DROP | void;

/**
 * Watches calls and may interfere. Both functions are awaited, so nothing else
 * of the same call happens meanwhile. Listeners are asked in the order in which
 * they were added; the first that interferes decides.
 */
export interface CallListener {
  /** Before the call has any effect. */
  before?(call: ApiCall): Promise<Intervention> | Intervention;
  /** After its effect; the caller has not seen the answer yet. */
  after?(call: ApiCall, answer: Response): Promise<Intervention> | Intervention;
}

/** Thrown where an answer was dropped: the server then cuts the connection. */
export class ConnectionDropped extends Error {
  constructor(call: ApiCall) {
    super(`connection dropped: ${call.method} ${call.path}`);
  }
}

const SECRET_KEYS = /secret$|^password$|^token$|^value$/;

/** A request's body for the log. */
export function bodyForLog(text: string): Json | undefined {
  if (text === "") return undefined;
  try {
    return withoutSecrets(JSON.parse(text) as Json);
  } catch {
    return "(not JSON)";
  }
}

function withoutSecrets(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      SECRET_KEYS.test(key) && typeof inner === "string"
        ? "(secret)"
        : withoutSecrets(inner),
    ]),
  );
}
