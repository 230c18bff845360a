import type { Progress } from "../account/with-retries";
import { disarmed, printable } from "../base/printable";

/** What is going on, on standard error. */
export interface ProgressLine extends Progress {
  /** Takes away what a terminal still shows. */
  end(): void;
}

/**
 * Shows what is going on: on a terminal in one line that changes, elsewhere in
 * plain lines.
 */
export function progress(
  signal: AbortSignal,
  stream: NodeJS.WriteStream = process.stderr,
): ProgressLine {
  if (!stream.isTTY)
    return {
      signal,
      say: (text) => void stream.write(`${disarmed(text)}\n`),
      tick: () => undefined,
      end: () => undefined,
    };
  const show = (text: string) =>
    // Some terminals do not tell how wide they are.
    void stream.write(
      `\r\x1b[K${printable(text).slice(0, (stream.columns || 80) - 1)}`,
    );
  return { signal, say: show, tick: show, end: () => show("") };
}
