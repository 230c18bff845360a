import { decide } from "../access/decide";
import type { Group, Policy, Rule } from "../access/model";
import type { ServiceToken } from "../review/change";
import { literal } from "./as-props";
import {
  groupsIn,
  isInside,
  listsOf,
  names,
  type HostAccess,
  type TokenEntry,
} from "./host-access";
import { describeRule, ruleText } from "./rule-text";
import { UNTOUCHED, type Line, type Row } from "./survey";

/** A token of the account, and what it opens today. */
export interface TokenToday {
  readonly token: ServiceToken & { readonly id: string };
  /** One for each way in which policies admit it; none where it is refused. */
  readonly entries: readonly TokenEntry[];
  /** Name of the policy that admits it. */
  readonly by: string | undefined;
  /** Only Allow policies name it, which send it to the login: it counts as in use. */
  readonly isSentToLogin: boolean;
  readonly row: Row;
}

/** What becomes of tokens that are about a host. */
export function tokensToday(
  { groups, tokens }: Pick<HostAccess, "groups" | "tokens">,
  listed: readonly Policy[],
  { isApart, now }: { readonly isApart: boolean; readonly now: Date },
): TokenToday[] {
  const sets = [...listed, ...groupsIn(listed, groups)];
  return tokens.flatMap((one): TokenToday[] => {
    const token = { ...one, id: one.id ?? "" };
    const {
      isSentToLogin,
      entries: found,
      by,
    } = waysOf(token.id, listed, groups);
    const outOfUse = whyOutOfUse(token, now);
    const entries = outOfUse === undefined ? found : [];
    if (
      found.length === 0 &&
      !sets.some((set) => names(set, "service_token", token.id))
    )
      return [];
    return [
      {
        token,
        entries,
        by: by?.name ?? undefined,
        isSentToLogin,
        row: {
          kind: "service token",
          name: token.name ?? "",
          id: token.id,
          ...becomingOf(
            { by, entries, isApart, isSentToLogin, outOfUse },
            sets,
            token.id,
          ),
          afterDestroy: UNTOUCHED,
        },
      },
    ];
  });
}

function becomingOf(
  {
    by,
    entries,
    isApart,
    isSentToLogin,
    outOfUse,
  }: {
    readonly by: Policy | undefined;
    readonly entries: readonly TokenEntry[];
    readonly isApart: boolean;
    readonly isSentToLogin: boolean;
    readonly outOfUse: string | undefined;
  },
  sets: readonly (Policy | Group)[],
  id: string,
): Pick<Row, "becomes" | "why"> {
  const set = sets.find((one) => names(one, "service_token", id));
  if (outOfUse !== undefined)
    return {
      becomes: "left alone",
      why: `it ${outOfUse}, and is refused today whatever names it`,
    };
  if (!by || entries.length === 0)
    return {
      becomes: "left alone",
      why: `named by ${set?.name ?? "a policy"} and refused today; the stack does not admit it unless its tokens name it`,
    };
  const direct = [by, ...sets.filter((one) => !("decision" in one))].find(
    ({ include }) =>
      include?.some(
        ({ service_token: token }) =>
          token && Reflect.get(token, "token_id") === id,
      ),
  );
  const today = isSentToLogin
    ? `named by ${by.name}, which sends machines to the login today`
    : `admitted by ${(direct ?? by).name}${direct ? "" : " (any valid token)"}`;
  const narrowed = entries.map(conditionOf).filter((text) => text !== "");
  const stays = !isApart && by.decision === "non_identity" && isInside(by);
  return {
    becomes: "used",
    why: `${today}${narrowed.length > 0 ? `, ${narrowed.join(" or ")}` : ""}; the stack admits it by a policy of its own${isSentToLogin ? ", and it gets in" : ""}${stays ? ", and that policy stays" : ""}`,
  };
}

function conditionOf({ exclude, require }: TokenEntry): string {
  return [
    ...(require.length > 0
      ? [`only with ${require.map(describeRule).join(" and ")}`]
      : []),
    ...(exclude.length > 0
      ? [`not with ${exclude.map(describeRule).join(" or ")}`]
      : []),
  ].join(", ");
}

function whyOutOfUse(
  { enabled, expires_at: end }: ServiceToken,
  now: Date,
): string | undefined {
  if (enabled === false) return "is switched off";
  return end && Date.parse(end) <= now.getTime()
    ? `expired on ${end.slice(0, 10)}`
    : undefined;
}

type Answer = "yes" | "no" | "maybe";

/** In what ways policies admit a token that is in order. */
function waysOf(
  id: string,
  listed: readonly Policy[],
  groups: readonly Group[],
): {
  readonly entries: readonly TokenEntry[];
  readonly isSentToLogin: boolean;
  readonly by?: Policy;
} {
  /** What one policy by itself does for a request with the token, or without any. */
  const alone = (policy: Policy, token: string | undefined): Answer => {
    const { outcome } = decide(
      {
        applications: [
          {
            domain: "one.invalid",
            policies: [{ ...policy, decision: "non_identity" }],
          },
        ],
        groups,
      },
      {
        host: "one.invalid",
        path: "/",
        identity: null,
        serviceToken:
          token === undefined ? null : { state: "valid", id: token },
      },
    );
    return outcome === "pass" ? "yes" : outcome === "depends" ? "maybe" : "no";
  };
  const isItsOwn = (policy: Policy) => {
    const answer = alone(policy, id);
    return answer !== "no" && answer !== alone(policy, undefined);
  };
  const ways = (policy: Policy): readonly TokenEntry[] => {
    if (alone(policy, id) === "yes")
      return [{ existing: id, require: [], exclude: [] }];
    const { exclude, include, require } = listsOf(policy);
    const anyToken = [{ any_valid_service_token: {} }];
    const included = include.map(
      (rule) => [rule, alone({ include: [rule] }, id)] as const,
    );
    const alternatives = included.some(([, answer]) => answer === "yes")
      ? [[]]
      : included.flatMap(([rule, answer]) =>
          answer === "maybe" ? [[rule]] : [],
        );
    const open = (test: (rule: Rule) => Policy, rules: readonly Rule[]) =>
      rules.filter((rule) => alone(test(rule), id) === "maybe");
    return alternatives.map((rules) => ({
      existing: id,
      require: [
        ...rules,
        ...open((rule) => ({ include: anyToken, require: [rule] }), require),
      ],
      exclude: open(
        (rule) => ({ include: anyToken, exclude: [rule] }),
        exclude,
      ),
    }));
  };
  const found = listed
    .filter(({ decision }) => decision === "non_identity")
    .filter(isItsOwn)
    .map((policy) => ({ policy, entries: ways(policy) }));
  const [first] = found;
  if (first) {
    const all = found.flatMap(({ entries }) => entries);
    const free = all.find(
      ({ exclude, require }) => require.length + exclude.length === 0,
    );
    const by = found.find(({ entries }) => free && entries.includes(free));
    return {
      entries: free ? [free] : all,
      isSentToLogin: false,
      by: (by ?? first).policy,
    };
  }
  const isBlocked = listed.some(
    (policy) => policy.decision === "deny" && isItsOwn(policy),
  );
  const allowing = listed
    .filter(({ decision }) => decision === "allow")
    .map((policy) => ({
      policy,
      machines: {
        ...policy,
        include: policy.include?.filter((rule) =>
          isItsOwn({ include: [rule] }),
        ),
      },
    }))
    .find(({ machines }) => isItsOwn(machines));
  if (isBlocked || !allowing) return { entries: [], isSentToLogin: false };
  return {
    entries: ways(allowing.machines),
    isSentToLogin: true,
    by: allowing.policy,
  };
}

/** The entries of tokens as they are written, and in whose place. */
export function tokenLine(
  missing: readonly {
    readonly token: ServiceToken;
    readonly entry: TokenEntry;
    readonly name?: string;
  }[],
  {
    isMore,
    isThere,
    taken,
  }: {
    /** Whether the code has tokens already. */
    readonly isMore: boolean;
    /** Whether some of these are there, without their rules. */
    readonly isThere: boolean;
    /** Names that are not to be had. */
    readonly taken: ReadonlySet<string>;
  },
): Line[] {
  if (missing.length === 0) return [];
  const given = new Set([...taken].map(idOf));
  const written = missing.map(({ entry, name: own, token }) => {
    const name = own ?? nameFor(token, given);
    given.add(idOf(name));
    const rules = (list: "require" | "exclude") =>
      entry[list].length > 0
        ? `, ${list}: [${entry[list].map(ruleText).join(", ")}]`
        : "";
    return `{ existing: ${JSON.stringify(entry.existing)}, name: ${literal(name)}${rules("require")}${rules("exclude")} }`;
  });
  const note = isThere
    ? " // in place of those it has for these"
    : isMore
      ? " // in addition to those it has"
      : "";
  return [
    {
      file: "main.ts",
      text: `tokens: [${written.join(", ")}],${note}`,
      does: "needed",
    },
  ];
}

/** Its own name where no other has it, else that with the end of its id, or its id. */
function nameFor(
  { id, name }: ServiceToken,
  taken: ReadonlySet<string>,
): string {
  const own = (name ?? "").replace(/[$%]\{/g, "");
  const all = [
    own,
    `${own}-${(id ?? "").slice(-4)}`,
    `token-${id}`,
    ...Array.from({ length: 99 }, (_, at) => `token-${id}-${at + 2}`),
  ];
  const isFree = (one: string) =>
    /^[a-z_]/i.test(idOf(one)) && !taken.has(idOf(one));
  return all.find(isFree) ?? `token-${id}`;
}

/** Terraform's names have no other characters. */
function idOf(name: string): string {
  return name.replace(/[^\w-]/g, "");
}
