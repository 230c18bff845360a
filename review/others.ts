import { compile } from "../access/decide";
import type { Application, Policy } from "../access/model";
import type { AccessPromise } from "../contract/promises";
import { beyondStated } from "./stated-people";
import { callerOf } from "./cells";
import { resourcesOf, type Change, type Plan } from "./change";
import type { Caller, Judge, Spot } from "./judge";
import type { Cell } from "./matrix";
import { subjectsOf, type Region, type Subject } from "./subjects";
import type { Outcome, Verdict } from "./verdict";

interface Circumstances {
  /** For the expiry of tokens. */
  readonly now: Date;
  readonly regions: readonly Region[];
}

/** What comes of requests that others than the allowed make. */
export interface Others {
  /** Why it can't be told whom the service allows. @default - it can */
  readonly doubt?: string;
  /** How the policy goes beyond what the code states of whom the service allows, each as a predicate. */
  readonly beyond: readonly string[];
  /** None where all that decides there is the service's own. */
  at(spot: Spot, judge: Judge): Verdict[];
  /** Whether somebody who reaches another host is none of those whom the service allows. */
  isOther(cell: Cell): boolean;
}

/** The policy into which a stack writes whom it allows. */
const PEOPLE = /people(_[0-9A-F]{8})?$/;

/**
 * Everybody but those whom the service of a plan allows: people whom its own
 * policy does not admit, and tokens of others. Undefined where the plan has no
 * such policy.
 */
export function othersFor(
  plan: Plan,
  hostname: string,
  change: Change,
  promises: readonly AccessPromise[],
  circumstances: Circumstances,
): Others | undefined {
  const policies = resourcesOf([plan], "policy").flatMap(
    ({ address, after }) => (after ? [{ address, policy: after }] : []),
  );
  const named = policies.filter(({ address }) => PEOPLE.test(address));
  const [people] = named.map(({ policy }) => policy);
  const doubt =
    named.length > 1
      ? `${named.map(({ address }) => address).join(" and ")} both look like the policy that says whom the service allows`
      : `no policy of the stack says whom the service allows: of ${policies.map(({ address }) => address).join(", ")} none is called "people"`;
  if (people === undefined)
    return policies.some(({ policy }) => policy.decision === "allow")
      ? { doubt, ...NONE }
      : undefined;
  if (named.length > 1) return { doubt, ...NONE };
  if (plan.stated && !plan.stated.people)
    return {
      doubt:
        "the code of the stack does not state whom it allows, as the stack of a service does: leave its notes to it, and synthesize it with this version",
      ...NONE,
    };
  const tokens = new Set([
    ...resourcesOf([plan], "service_token").map(({ after }) => after?.id),
    ...policies
      .flatMap(({ policy }) => existingToken(policy) ?? [])
      .filter((id) => isStated(id, plan, change)),
  ]);
  const own = new Set([
    people.id,
    ...policies
      .filter(({ policy }) => isForTokens(policy, tokens))
      .map(({ policy }) => policy.id),
  ]);
  const promised = new Set(
    promises.map(({ who }) => (who.kind === "person" ? who.email : undefined)),
  );
  const allowed = compile({
    ...change.after.access,
    applications: [
      { type: "self_hosted", domain: hostname, policies: [people] },
    ],
  });
  const isAsked = (subject: Subject) =>
    // Only by name: everybody else has some address as well.
    ("email" in subject &&
      !(subject.kind === "named" && promised.has(subject.email))) ||
    (subject.kind === "token" && !tokens.has(subject.tokenId));
  const subjects = subjectsOf(change).filter(isAsked);
  const methods = change.after.access.identity_providers ?? [];
  return {
    beyond:
      plan.stated?.people && isIn(people, change)
        ? beyondStated(people, plan.stated.people).map(
            (what) => `the policy "${people.name ?? ""}" ${what}`,
          )
        : [],
    isOther({ after, subject }) {
      if (!isAsked(subject) || isOwn(after.application, own)) return false;
      if (after.outcome !== "login" && after.outcome !== "token") return false;
      return !("email" in subject ? methods : [undefined]).some((method) => {
        const caller = callerOf(
          subject,
          change.after,
          method,
          circumstances.now,
        );
        const request = { host: hostname, path: "/", ...caller };
        const { outcome } = allowed.decide(request);
        return outcome === "pass" || outcome === "depends";
      });
    },
    at(spot, judge) {
      if (isOwn(spot.application, own)) return [];
      return subjects.flatMap((subject) =>
        waysOf(subject, judge, spot, circumstances)
          .filter(({ verdict }) => BY_WHO.has(verdict.outcome))
          .filter(({ caller }) => {
            const request = { host: hostname, path: "/", ...caller };
            return allowed.decide(request).outcome !== "pass";
          })
          .map(({ verdict }) => withLabel(verdict, subject)),
      );
    },
  };
}

const NONE = { beyond: [], at: () => [], isOther: () => false };

/** Outcomes by who asks; what is open to nobody in particular is another promise. */
const BY_WHO: ReadonlySet<Outcome> = new Set(["login", "token", "depends"]);

/** A verdict that says of whom it is. */
function withLabel(verdict: Verdict, { label }: Subject): Verdict {
  return { ...verdict, reason: `${label}: ${verdict.reason}` };
}

/** Whether nothing but the service's own policies decides. */
function isOwn(
  application: Application | undefined,
  own: ReadonlySet<string | null | undefined>,
): boolean {
  const policies = application?.policies ?? [];
  return (
    application !== undefined &&
    policies.every((policy) =>
      own.has(typeof policy === "string" ? policy : policy.id),
    )
  );
}

/** Whether an application of the account has the policy. */
function isIn(policy: Policy, { after }: Change): boolean {
  return after.access.applications.some(({ policies }) =>
    policies?.some(
      (one) => (typeof one === "string" ? one : one.id) === policy.id,
    ),
  );
}

/** Whether the code names a token that was made elsewhere. @returns true where only a plan is known */
function isStated(id: string, { stated }: Plan, { after }: Change): boolean {
  if (stated === undefined) return true;
  const token = after.tokens.find((one) => one.id === id);
  return [id, token?.client_id].some(
    (known) =>
      typeof known === "string" && stated.existingTokens.includes(known),
  );
}

/** The token of the account that a stack admits by a policy of its own. */
function existingToken({ include, name }: Policy): string | undefined {
  const [rule, ...others] = include ?? [];
  const token: unknown =
    rule?.["service_token"] && Reflect.get(rule["service_token"], "token_id");
  return others.length === 0 &&
    typeof token === "string" &&
    name?.endsWith(" (service token)")
    ? token
    : undefined;
}

function isForTokens(
  { decision, include }: Policy,
  tokens: ReadonlySet<string | null | undefined>,
): boolean {
  return (
    decision === "non_identity" &&
    (include ?? []).every((rule) => {
      const token: unknown =
        rule["service_token"] && Reflect.get(rule["service_token"], "token_id");
      return typeof token === "string" && tokens.has(token);
    })
  );
}

/** A subject's requests to a spot: by every login method, and from every region where that counts. */
export function waysOf(
  subject: Subject,
  judge: Judge,
  spot: Spot,
  { now, regions }: Circumstances,
): { readonly caller: Caller; readonly verdict: Verdict }[] {
  const methods =
    "email" in subject
      ? (judge.state.access.identity_providers ?? []).filter(
          ({ id }) => subject.method === undefined || subject.method === id,
        )
      : [undefined];
  return methods.flatMap((method) => {
    const caller = callerOf(subject, judge.state, method, now);
    const verdict = judge.verdict(spot, caller);
    const local = verdict.dependsOn?.some(
      (fact) => fact === "country" || fact === "ip",
    );
    if (!local) return [{ caller, verdict }];
    return regions.map(({ country, ip }) => {
      const from = { ...caller, country, ip };
      return { caller: from, verdict: judge.verdict(spot, from) };
    });
  });
}
