import { InvalidArgumentError, Option } from "commander";
import { TIME_SPANS, timeSpan } from "../base/duration";

/**
 * An option that takes a time; its value is in milliseconds.
 *
 * @param preset as it would be given: `60s`
 */
export function timeOption(
  flags: string,
  description: string,
  preset: string,
): Option {
  return new Option(flags, `${description} (${TIME_SPANS})`)
    .argParser(toTime)
    .default(toTime(preset), preset);
}

function toTime(text: string): number {
  const time = timeSpan(text);
  if (time !== undefined) return time;
  throw new InvalidArgumentError(`Expected ${TIME_SPANS}.`);
}

/** What is wrong with the time of an option, for commands that tell all faults at once. */
export function timeFault(option: string, text: string): string | false {
  return (
    timeSpan(text) === undefined &&
    `${option} must be a time such as ${TIME_SPANS}, got "${text}"`
  );
}
