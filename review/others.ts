import { compile } from "../access/decide";
import type { Application, Policy } from "../access/model";
import type { AccessPromise } from "../contract/promises";
import { beyondStated } from "./stated-people";
import { callerOf } from "./cells";
import { resourcesOf, type Change, type Plan } from "./change";
import type { Finding } from "./findings/finding";
import type { Judge, Spot } from "./judge";
import type { Cell } from "./matrix";
import type { MeantPolicies } from "./meant-policies";
import { subjectsOf, type Subject } from "./subjects";
import type { Outcome, Verdict } from "./verdict";
import { waysOf } from "./ways";
import { quoted } from "../base/quoted";

/** What comes of requests that others than the allowed make. */
export interface Others {
  /** Why it can't be told whom the service allows. @default - it can */
  readonly doubt?: string;
  /** How the policy goes beyond what the code states of whom the service allows, each as a predicate. */
  readonly beyond: readonly string[];
  /** None where all that decides there is the service's own. */
  at(spot: Spot, judge: Judge): Verdict[];
  /** What to write where what lets them in is meant; nothing where that is no policy. */
  remedyAt(spot: Spot): Pick<Finding, "remedy">;
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
  meant: MeantPolicies,
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
        "the stack's code does not say whom it allows, as a service's stack does: do not change the stack's metadata, and synthesize it with this version",
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
  /** Whether nothing but the service's own policies and what is promised decides. */
  const isOwn = (
    application: Application | undefined,
    promised: readonly Policy[] = [],
  ) =>
    application !== undefined &&
    meant
      .of(application)
      .every(
        (policy) =>
          own.has(policy.id) ||
          promised.includes(policy) ||
          policy.decision === "deny",
      );
  return {
    beyond:
      plan.stated?.people && isIn(people, change)
        ? beyondStated(people, plan.stated.people).map(
            (what) => `the policy ${quoted(people.name ?? "")} ${what}`,
          )
        : [],
    isOther({ after, subject }) {
      if (!isAsked(subject) || isOwn(after.application)) return false;
      if (after.outcome !== "login" && after.outcome !== "token") return false;
      const promised = meant.everywhere(after.application);
      return !("email" in subject ? methods : [undefined]).some((method) => {
        const caller = callerOf(
          subject,
          change.after,
          method,
          meant.circumstances.now,
        );
        const request = { host: hostname, path: "/", ...caller };
        const { outcome } = allowed.decide(request);
        return (
          outcome === "pass" ||
          outcome === "depends" ||
          promised.some((one) => meant.decide(one, hostname, caller) === "pass")
        );
      });
    },
    at(spot, judge) {
      const promised = meant.at(spot);
      if (isOwn(spot.application, promised)) return [];
      return subjects.flatMap((subject) =>
        waysOf(subject, judge, spot, meant.circumstances)
          .filter(({ verdict }) => BY_WHO.has(verdict.outcome))
          .filter(({ caller }) => {
            const request = { host: hostname, path: "/", ...caller };
            return (
              allowed.decide(request).outcome !== "pass" &&
              promised.every(
                (one) => meant.decide(one, hostname, caller) !== "pass",
              )
            );
          })
          .map(({ verdict }) => withLabel(verdict, subject)),
      );
    },
    remedyAt(spot) {
      const promised = meant.at(spot);
      const names = meant
        .admitting(spot.application)
        .filter((policy) => !own.has(policy.id) && !promised.includes(policy))
        .map(({ name }) => name ?? "");
      if (
        names.length === 0 ||
        new Set(names).size < names.length ||
        // Promised for other paths, it is no help to promise it again.
        names.some((name) => name === "" || meant.names.has(name))
      )
        return {};
      const path = pathOf(spot.application?.domain ?? "");
      const all = names.map(
        (name) => `policy(${JSON.stringify(name)}).reaches("${path}")`,
      );
      return {
        remedy: `close what lets the request through, and keep the application, as without one a host is public. If this is intended, promise it in main.ts: promises: [${all.join(", ")}]`,
      };
    },
  };
}

const NONE = {
  beyond: [],
  at: () => [],
  remedyAt: () => ({}),
  isOther: () => false,
};

/** The path of an application's domain, as a promise has it. */
function pathOf(domain: string): string {
  const at = domain.indexOf("/");
  return at < 0 || at === domain.length - 1 ? "/*" : domain.slice(at);
}

/** Outcomes by who asks; what is open to nobody in particular is another promise. */
const BY_WHO: ReadonlySet<Outcome> = new Set(["login", "token", "depends"]);

/** A verdict that says of whom it is. */
function withLabel(verdict: Verdict, { label }: Subject): Verdict {
  return { ...verdict, reason: `${label}: ${verdict.reason}` };
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
