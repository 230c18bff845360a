import { UsageError } from "./usage-error";

/** Names of props that can't be left out. */
type Required<Props> = {
  [Name in keyof Props]-?: undefined extends Props[Name] ? never : Name;
}[keyof Props] &
  string;

/**
 * Refuses a call that TypeScript would refuse: one of JavaScript would fail far
 * inside, with a message that names nothing of the caller's.
 *
 * @param what the name of what is called
 * @param props what it was called with
 * @param needed props that can't be left out
 * @param now those without which nothing can go on; where they are there, what
 * else is missing is left to a check that knows more. @default - all
 * @throws UsageError naming all of them that are missing
 */
export function checkProps<Props extends object>(
  what: string,
  props: Props,
  needed: readonly Required<Props>[],
  now: readonly Required<Props>[] = needed,
): void {
  const given: unknown = props;
  if (typeof given !== "object" || given === null)
    throw new UsageError(what, [
      `an object with ${needed.join(", ")} is missing`,
    ]);
  const isMissing = (name: Required<Props>) => (props[name] ?? null) === null;
  const missing = needed.filter(isMissing);
  if (now.some(isMissing))
    throw new UsageError(
      what,
      missing.map((name) => `${name} is missing`),
    );
}
