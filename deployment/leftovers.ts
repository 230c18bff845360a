import { takeOverLine } from "../base/existing-application";
import type Cloudflare from "cloudflare";
import {
  ADOPTABLE,
  accountOf,
  usersIn,
  type AdoptableType,
  type Found,
  type Own,
} from "./adoptable";

/** What to do with something that was left behind. */
export type Action =
  /** It becomes the stack's own, at an address that has nothing yet. */
  | { readonly do: "import"; readonly address: string }
  /** The same, and the next deploy puts a new one in its place. */
  | { readonly do: "replace"; readonly address: string }
  | { readonly do: "delete" }
  | { readonly do: "leave"; readonly why: string };

/** An object that is like one of the stack's, and that its state doesn't know. */
export interface Leftover {
  readonly type: AdoptableType;
  readonly kind: string;
  /** Its name and what else tells it apart. */
  readonly description: string;
  readonly createdAt: string;
  readonly accountId: string;
  readonly object: Found;
  /** Whether a deploy's note, or a person, says that it is the stack's. */
  readonly ours: boolean;
  /** A person says that it is the stack's. @default false */
  readonly named?: boolean;
  /** It may be what a run made that was cut off: it is not older, and as planned. @default false */
  readonly isSinceRun?: boolean;
  /** Somebody uses it, so that no later run can settle it. @default false */
  readonly isInUse?: boolean;
  /** What uses it and has no name of the stack's. @default - nothing */
  readonly usedBy?: string;
  /** An earlier deploy has let go of it, and the stack wants it again. @default false */
  readonly released?: boolean;
  readonly action: Action;
}

/** Whether an object is known to be what a deploy of the stack has made. */
export type IsOurs = (type: AdoptableType, object: Found) => boolean;

/**
 * Looks for what an interrupted deploy, or an answer that got lost, has left in
 * the account: objects with exactly the names of the stack's own. A name proves
 * nothing: what nobody knows to be ours is never deleted or replaced.
 *
 * @param own the objects of the stack
 * @param known ids of all that the stack's state knows
 * @param only ids of those to look for; undefined for all
 * @param siblings objects of the app's other stacks, which are no strangers
 * @param elsewhere ids of what the states of these have, which is theirs
 */
export async function findLeftovers(
  own: readonly Own[],
  known: ReadonlySet<string>,
  client: Cloudflare,
  isOurs: IsOurs,
  only?: readonly string[],
  siblings: readonly Own[] = [],
  elsewhere: () => Promise<readonly string[]> = async () => [],
): Promise<Leftover[]> {
  const accountId = accountOf(own);
  const unknown = (await findAlike(own, known, client)).filter(
    ({ object }) => only?.includes(object.id) ?? true,
  );
  const theirs = unknown.length > 0 ? await elsewhere() : [];
  const alike = unknown.filter(({ object }) => !theirs.includes(object.id));
  if (alike.length === 0) return [];

  const users = await usersIn(client, accountId);
  const named = new Set([...known, ...alike.map(({ object }) => object.id)]);
  const ours = new Set([...named, ...familyOf(siblings, users)]);
  const free = new Set(
    own.filter(({ id }) => id === undefined).map(({ address }) => address),
  );
  const gone = new Set<string>();
  const taken = new Set<string>();
  const leftovers: Leftover[] = [];
  const usersOf = ({ object: { id }, type }: Alike) =>
    users.filter((user) => {
      const text = JSON.stringify(user);
      return (
        user.id !== id &&
        !gone.has(user.id) &&
        (text.includes(id) || (type === TOKEN && text.includes(ANY_TOKEN)))
      );
    });
  // What is in use goes first to a place that is free: the rest can be deleted.
  const inTurn = Object.keys(ADOPTABLE).flatMap((type) =>
    alike
      .filter((one) => one.type === type)
      .sort((a, b) => usersOf(b).length - usersOf(a).length),
  );
  for (const one of inTurn) {
    const { like, object, type } = one;
    const { describe, kind, usable } = ADOPTABLE[type];
    const using = usersOf(one);
    const user = using.find(({ id }) => !named.has(id));
    const stranger = using.find(({ id }) => !ours.has(id));
    const place = like.find(({ address }) => free.has(address));
    const certain = isOurs(type, object);
    const leave = (why: string): Action => ({ do: "leave", why });
    const decide = (): Action => {
      if (object.last_seen_at)
        return leave(
          `it was used last at ${object.last_seen_at}: somebody has its secret`,
        );
      if (stranger) {
        // What it uses in turn is not ours either.
        ours.delete(object.id);
        return leave(`"${stranger.name}" uses it, which is not of this stack`);
      }
      if (type === APPLICATION && !certain) {
        // What somebody's application uses is not the stack's either.
        ours.delete(object.id);
        return leave(
          `if a person made it, write ${takeOverLine(String(object.domain), object.id)} in main.ts, and a destroy gives it back (docs/by-hand.md)`,
        );
      }
      // What an application that is taken in lists is the stack's as well.
      const enough =
        certain || (type === POLICY && using.some(({ id }) => taken.has(id)));
      if (place && enough && (usable || using.length > 0)) {
        free.delete(place.address);
        taken.add(object.id);
        return { do: usable ? "import" : "replace", address: place.address };
      }
      if (!certain)
        return leave(
          "its name alone does not tell whether a deploy made it or a person",
        );
      if (using[0])
        return leave(
          `"${using[0].name}" uses it: deploy, then run adopt again`,
        );
      gone.add(object.id);
      return { do: "delete" };
    };
    leftovers.push({
      type,
      kind,
      description: describe(object),
      createdAt: String(object.created_at ?? object.created_on ?? "unknown"),
      accountId,
      object,
      ours: certain,
      ...(Boolean(stranger || object.last_seen_at) && { isInUse: true }),
      ...(user && { usedBy: String(user.name) }),
      action: decide(),
    });
  }
  return leftovers;
}

/** Ids of the applications on hosts of these stacks, and of what they list. */
function familyOf(siblings: readonly Own[], users: readonly Found[]): string[] {
  return users
    .filter((user) =>
      siblings.some(
        ({ type, values }) =>
          type === APPLICATION && ADOPTABLE[APPLICATION].alike(values, user),
      ),
    )
    .flatMap(({ id, policies }) => [
      id,
      ...(Array.isArray(policies) ? (policies as Found[]) : []).map((policy) =>
        String(policy.id),
      ),
    ]);
}

export const APPLICATION = "cloudflare_zero_trust_access_application";
const POLICY = "cloudflare_zero_trust_access_policy";
export const TOKEN = "cloudflare_zero_trust_access_service_token";
/** The selector that every token of the account fits. */
const ANY_TOKEN = "any_valid_service_token";

interface Alike {
  readonly type: AdoptableType;
  readonly object: Found;
  /** The stack's objects that it is like. */
  readonly like: readonly Own[];
}

async function findAlike(
  own: readonly Own[],
  known: ReadonlySet<string>,
  client: Cloudflare,
): Promise<Alike[]> {
  const found: Alike[] = [];
  for (const type of Object.keys(ADOPTABLE) as AdoptableType[]) {
    const { alike, list } = ADOPTABLE[type];
    const ofType = own.filter((one) => one.type === type);
    if (ofType.length === 0) continue;
    for (const object of await list(client, own)) {
      const like = ofType.filter(({ values }) => alike(values, object));
      if (like.length > 0 && !known.has(object.id))
        found.push({ type, object, like });
    }
  }
  return found;
}
