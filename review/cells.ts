import type { IdentityProvider } from "../access/model";
import type { PresentedServiceToken } from "../access/request";
import type { AccountState } from "./change";
import type { Caller } from "./judge";
import { turnOf, type Cell, type Sides } from "./matrix";
import type { Place } from "./places";
import type { Region, Subject } from "./subjects";
import { arrivalOf, type Verdict } from "./verdict";

/** What is asked with. */
export interface Context {
  readonly sides: Sides;
  /** For the expiry of tokens. */
  readonly now: Date;
  readonly regions: readonly Region[];
  /** Those of before and after. */
  readonly methods: readonly IdentityProvider[];
}

/** One way in which a subject may ask. */
interface Way {
  readonly method?: IdentityProvider;
  readonly region?: Region;
  readonly before: Verdict;
  readonly after: Verdict;
}

/**
 * What comes of a subject's requests to a place. One cell where it is the same
 * by every login method and from everywhere, or nothing changes by any; else
 * one for each way that changes.
 */
export function cellsAt(
  place: Place,
  subject: Subject,
  context: Context,
): Cell[] {
  const { every, from } = waysOf(place, subject, context);
  if (every.length === 1) return [cellOf(place, subject, every[0])];
  const ways = countingWays(every, place, subject, context);
  const kinds = new Map<string, [Way, ...Way[]]>();
  for (const way of ways) {
    // What holds from everywhere is no part of what holds from a region.
    const key = `${way.region === undefined} ${keyOf(way)}`;
    const kind = kinds.get(key);
    if (kind) kind.push(way);
    else kinds.set(key, [way]);
  }
  const all = [...kinds.values()];
  const changing = all.filter(([way]) => turnOf(way) !== "same");
  if (changing.length === 0) {
    // What changes by the others changes without a login, and is shown there.
    const changes = every.some((way) => turnOf(way) !== "same");
    return [cellOf(place, subject, best(changes ? ways : from))];
  }
  return changing.map((kind) =>
    cellOf(place, narrowed(subject, kind, { ways, every }), kind[0]),
  );
}

/** The ways but for logins that count as none here: whoever asks without one is shown. */
function countingWays(
  ways: Ways,
  place: Place,
  subject: Subject,
  context: Context,
): Ways {
  if (!("email" in subject)) return ways;
  let without = withoutLogin.get(place);
  if (without === undefined) {
    const nobody = { id: "", label: "", kind: "nobody" as const };
    without = new Set(waysOf(place, nobody, context).every.map(keyOf));
    withoutLogin.set(place, without);
  }
  const keys = without;
  const [first, ...others] = ways.filter((way) => !keys.has(keyOf(way)));
  return first ? [first, ...others] : ways;
}

/** What comes of requests without a login, by place. */
const withoutLogin = new WeakMap<Place, ReadonlySet<string>>();

/** Equal for ways in which the same comes of a request. */
export function keyOf({
  after,
  before,
}: Pick<Way, "before" | "after">): string {
  return [before, after]
    .map((verdict) =>
      [
        verdict.outcome,
        verdict.policy,
        arrivalOf(verdict),
        verdict.outcome === "depends" && (verdict.how ?? verdict.reason),
      ].join(),
    )
    .join(" ");
}

function cellOf(
  place: Place,
  subject: Subject,
  { after, before }: Pick<Way, "before" | "after">,
): Cell {
  return { place, subject, before, after, turn: turnOf({ before, after }) };
}

/** Of ways without a change the best that any brings. */
function best(ways: Ways): Pick<Way, "before" | "after"> {
  const most = (side: "before" | "after") =>
    ways
      .map((way) => way[side])
      .reduce((one, other) =>
        RANK.indexOf(other.outcome) >= RANK.indexOf(one.outcome) ? other : one,
      );
  return { before: most("before"), after: most("after") };
}

/** From what brings least to what brings most. */
const RANK: readonly Verdict["outcome"][] = [
  "refused",
  "nowhere",
  "depends",
  "token",
  "login",
  "open",
  "public",
];

/** A subject as it asks in some of its ways. */
function narrowed(
  subject: Subject,
  kind: readonly Way[],
  {
    every,
    ways,
  }: { readonly every: readonly Way[]; readonly ways: readonly Way[] },
): Subject {
  const methods = namesOf(kind, ways, ({ method }) => method?.name);
  const regions = namesOf(kind, every, ({ region }) => region?.label);
  const parts = [methods && `by ${methods}`, regions].filter(Boolean);
  if (parts.length === 0) return subject;
  const [{ method, region } = {} as Way] = kind;
  return {
    ...subject,
    id: [subject.id, ...parts].join(" "),
    label: `${subject.label} ${parts.join(", ")}`,
    ...(methods && "email" in subject && { method: method?.id ?? "" }),
    ...(regions && region && { from: region }),
  };
}

/** The names of some ways, unless they are those of all. */
function namesOf(
  kind: readonly Way[],
  all: readonly Way[],
  name: (way: Way) => string | null | undefined,
): string | undefined {
  const of = (ways: readonly Way[]) => [
    ...new Set(ways.flatMap((way) => name(way) ?? [])),
  ];
  const [own, every] = [of(kind), of(all)];
  return own.length > 0 && own.length < every.length
    ? own.join(" or ")
    : undefined;
}

const NOBODY: Caller = { identity: null, serviceToken: null };

/** `every`: from everywhere, where that counts; `from`: from anywhere. */
function waysOf(
  place: Place,
  subject: Subject,
  context: Context,
): { readonly every: Ways; readonly from: Ways } {
  const methods =
    "email" in subject
      ? context.methods.filter(
          ({ id }) => subject.method === undefined || subject.method === id,
        )
      : [];
  const [first, ...others] = methods.map((method) =>
    ask(place, subject, context, method),
  );
  const from: Ways = first
    ? [first, ...others]
    : [ask(place, subject, context, undefined)];
  const every = from.flatMap((way): readonly Way[] =>
    context.regions.length > 1 && hangsOnPlace(way)
      ? context.regions.map((region) =>
          ask(place, subject, context, way.method, region),
        )
      : [way],
  );
  const [one = from[0], ...more] = every;
  return { every: [one, ...more], from };
}

type Ways = readonly [Way, ...Way[]];

function hangsOnPlace({ after, before }: Way): boolean {
  return [before, after].some(({ dependsOn = [] }) =>
    dependsOn.some((fact) => fact === "country" || fact === "ip"),
  );
}

function ask(
  place: Place,
  subject: Subject,
  { now, sides }: Context,
  method: IdentityProvider | undefined,
  region?: Region,
): Way {
  const on = (side: "before" | "after") => {
    const judge = sides[side];
    return judge.verdict(place[side], {
      ...callerOf(subject, judge.state, method, now),
      ...(region && { country: region.country, ip: region.ip }),
    });
  };
  return {
    before: on("before"),
    after: on("after"),
    ...(method && { method }),
    ...(region && { region }),
  };
}

/** The request that a subject makes in one way. */
export function callerOf(
  subject: Subject,
  state: AccountState,
  method: IdentityProvider | undefined,
  now: Date,
): Caller {
  switch (subject.kind) {
    case "nobody":
      return NOBODY;
    case "preflight":
      return { ...NOBODY, preflight: true };
    case "token":
      return {
        identity: null,
        serviceToken: presented(state, subject.tokenId, now),
      };
    default: {
      // A login method that is not there brings nobody in.
      const there = (state.access.identity_providers ?? []).find(
        ({ id }) => id === method?.id,
      );
      if (there === undefined) return NOBODY;
      return {
        identity: {
          email: subject.email,
          idp: { id: there.id ?? "", type: there.type ?? "" },
        },
        serviceToken: null,
        ...(subject.fact !== undefined && { known: { [subject.fact]: true } }),
      };
    }
  }
}

/** A token that is not there yet, or no longer, is as good as a wrong one. */
function presented(
  { tokens }: AccountState,
  id: string,
  now: Date,
): PresentedServiceToken {
  const token = tokens.find((one) => one.id === id);
  if (token === undefined) return { state: "invalid" };
  if (token.enabled === false) return { state: "disabled", id };
  const ends = token.expires_at ? Date.parse(token.expires_at) : Infinity;
  return { state: ends > now.getTime() ? "valid" : "expired", id };
}
