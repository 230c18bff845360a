import { Severity } from "./messages";
import { ProviderError, type Diagnostics, type Path } from "./provider";
import { readableStack } from "./stack";
import type { Type } from "./value";

export interface DiagnosticMessage {
  readonly severity: number;
  readonly summary: string;
  readonly detail: string;
  readonly attribute?: ReturnType<typeof pathMessage>;
}

/** Collects what a handler tells its user, in the order it was told. */
export class DiagnosticList implements Diagnostics {
  readonly messages: DiagnosticMessage[] = [];
  readonly #type: Type;

  /** `type` is that of the value in which the messages have their place. */
  constructor(type: Type) {
    this.#type = type;
  }

  error(summary: string, detail = "", path?: Path): void {
    this.#add(Severity.error, summary, detail, path);
  }

  warn(summary: string, detail = "", path?: Path): void {
    this.#add(Severity.warning, summary, detail, path);
  }

  get failed(): boolean {
    return this.messages.some((m) => m.severity === Severity.error);
  }

  /**
   * Tells of an error that ended a handler. One that is no `ProviderError` is a
   * bug: its stack is shown, and the process goes on, because other operations
   * of the same run still have results to return.
   */
  thrown(error: unknown, signal: AbortSignal): void {
    if (error instanceof ProviderError) {
      this.error(error.summary, error.detail, error.path);
    } else if (signal.aborted) {
      this.error("Stopped before it was done", String(error));
    } else {
      this.error("The provider has a bug", readableStack(error));
    }
  }

  #add(severity: number, summary: string, detail: string, path?: Path): void {
    const attribute = path && pathMessage(path, this.#type);
    this.messages.push({ severity, summary, detail, attribute });
  }
}

/**
 * A path as the protocol sends it. It ends where the type has no such place, and
 * at a set, whose elements have no key to name them by.
 */
export function pathMessage(path: Path, type: Type) {
  const steps = [];
  let here: Type | undefined = type;
  for (const step of path) {
    if (here === undefined || typeof here === "string") break;
    if (here[0] === "object" && typeof step === "string") {
      steps.push({ attributeName: step });
      here = here[1][step];
    } else if (here[0] === "map" && typeof step === "string") {
      steps.push({ elementKeyString: step });
      here = here[1];
    } else if (here[0] === "list" && typeof step === "number") {
      steps.push({ elementKeyInt: step });
      here = here[1];
    } else if (here[0] === "tuple" && typeof step === "number") {
      steps.push({ elementKeyInt: step });
      here = here[1][step];
    } else break;
  }
  return { steps };
}
