import { ADOPTABLE, type Own } from "./adoptable";
import { TOKEN, type Leftover } from "./leftovers";

/** What becomes of one. */
export const DOUBTED: Pick<Leftover, "action" | "ours"> = {
  ours: false,
  action: {
    do: "leave",
    why: "it was made while the deploy ran, and a person may have made it",
  },
};

/**
 * Tokens that a person may have made during the run, with the planned name: a
 * deletion would be felt. Where the state has one, another is left of a lost
 * answer, or is somebody's; of several where it has none, any may be either.
 */
export function doubtedTokens(
  alike: readonly Leftover[],
  own: readonly Own[],
): readonly Leftover[] {
  const found = alike.filter(
    ({ action, ours, type }) =>
      ours && action.do === "delete" && type === TOKEN,
  );
  return found.filter(({ object }) => {
    const kept = own.some(
      ({ id, type, values }) =>
        id !== undefined &&
        type === TOKEN &&
        ADOPTABLE[TOKEN].alike(values, object),
    );
    const several = found.some(
      (other) =>
        other.object.id !== object.id && other.object.name === object.name,
    );
    return kept || several;
  });
}
