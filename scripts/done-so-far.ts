interface SoFar {
  /** Names of the stacks in their order. */
  readonly stacks: readonly string[];
  /** What became of those that came to their end. */
  readonly outcomes: ReadonlyMap<string, string>;
  /** The one whose plan was being applied. */
  readonly current: string | undefined;
  /** What is deployed of that one, and of those that failed, by their names. */
  readonly parts: ReadonlyMap<string, string>;
  /** What a stack becomes: `deployed`. */
  readonly done: string;
  /** What goes on from there. */
  readonly again: string;
  /**
   * Names of stacks of which something is left that a person has to decide
   * about: lookups by a name may fail until then.
   */
  readonly left: readonly string[];
}

/** What a run that did not come to its end has done, in lines. */
export function doneSoFar({
  again,
  current,
  done,
  left,
  outcomes,
  parts,
  stacks,
}: SoFar): string[] {
  const ended = stacks.filter((name) => outcomes.get(name) === done);
  const rest = stacks.filter(
    (name) =>
      name !== current && (outcomes.get(name) ?? "declined") === "declined",
  );
  const failed = stacks.filter((name) => outcomes.get(name) === "failed");
  if (ended.length + failed.length === 0 && current === undefined)
    return ["No plan was applied."];
  return [
    ...(ended.length > 0 ? [`${ended.join(", ")}: ${done}.`] : []),
    ...(current === undefined
      ? []
      : [`${current}: its plan was being applied; ${parts.get(current)}.`]),
    ...failed.map((name) => `${name}: ${parts.get(name)}.`),
    ...(rest.length > 0 ? [`${rest.join(", ")}: not ${done}.`] : []),
    `To go on: ${failed.length > 0 && left.length > 0 ? `npm run adopt -- ${left.join(" ")}, and then ` : ""}${again}`,
  ];
}
