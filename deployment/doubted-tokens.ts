import type Cloudflare from "cloudflare";
import { ADOPTABLE, type Own } from "./adoptable";
import { TOKEN, type Leftover } from "./leftovers";

/** Longest time from a call whose answer got lost to its repetition, in ms. */
const REPEATED = 120_000;

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
 * deletion would be felt. One whose answer got lost is made again at once, so
 * it is a little older than the one that the state has; where the state has
 * none, it is alone.
 */
export async function doubtedTokens(
  alike: readonly Leftover[],
  own: readonly Own[],
  client: Cloudflare,
): Promise<readonly Leftover[]> {
  const found = alike.filter(
    ({ action, ours, type }) =>
      ours && action.do === "delete" && type === TOKEN,
  );
  if (found.length === 0) return [];
  const all = await ADOPTABLE[TOKEN].list(client, own);
  return found.filter((one) => {
    const isLike = ({ type, values }: Own) =>
      type === TOKEN && ADOPTABLE[TOKEN].alike(values, one.object);
    const places = own.filter(isLike);
    const kept = all.filter(({ id }) => places.some((own) => own.id === id));
    if (kept.length === 0)
      return found.some(
        (other) => other !== one && other.object.name === one.object.name,
      );
    return !kept.some(({ created_at }) => {
      const older = Date.parse(String(created_at)) - Date.parse(one.createdAt);
      return older >= 0 && older <= REPEATED;
    });
  });
}
