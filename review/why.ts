import {
  explainPolicies,
  whyNotCovered,
  type Fit,
  type PolicyFit,
} from "../access/explain";
import { publicDestinations } from "../access/match-application";
import type { IdentityProvider } from "../access/model";
import { normalHost } from "../access/path-pattern";
import { decodePath, matchesHostname, matchesPath } from "../ingress/match";
import { callerOf } from "./cells";
import type { AccountState } from "./change";
import { Judge, type Spot } from "./judge";
import type { Target } from "./places";
import type { Subject } from "./subjects";
import type { Verdict } from "./verdict";
import { recordsOnTheWay } from "./why-records";

/** Something that was looked at on the way of a request. */
export type Looked = Fit & {
  readonly what: "record" | "application" | "policy" | "rule";
  readonly name: string;
  /** What it says. @default - nothing further */
  readonly detail?: string;
};

/** What comes of one request, and what was looked at for it. */
export interface Why {
  /** Name of the login method, for somebody who logs in. */
  readonly method?: string;
  readonly verdict: Verdict;
  readonly looked: readonly Looked[];
}

/** Explains one request: for somebody who logs in once for each login method. */
export function why(
  state: AccountState,
  subject: Subject,
  target: Target,
  now: Date,
): Why[] {
  const judge = new Judge(state);
  const spot = judge.at(target);
  const methods: readonly (IdentityProvider | undefined)[] =
    "email" in subject ? (state.access.identity_providers ?? []) : [undefined];
  return (methods.length > 0 ? methods : [undefined]).map((method) => {
    const caller = callerOf(subject, state, method, now);
    const request = { host: target.host, path: spot.accessPath, ...caller };
    return {
      ...(method && { method: method.name ?? method.id ?? "?" }),
      verdict: judge.verdict(spot, caller),
      looked: [
        ...recordsOnTheWay(state.records, target.host, spot.leads),
        ...applications(state, spot),
        ...(spot.application
          ? explainPolicies(state.access, spot.application, request).map(policy)
          : []),
        ...rules(spot, target),
      ],
    };
  });
}

function applications({ access }: AccountState, spot: Spot): Looked[] {
  const { application: chosen, accessPath, request } = spot;
  return access.applications.flatMap((application): Looked[] => {
    const uris = publicDestinations(application).map(({ uri }) => uri ?? "");
    const about = {
      what: "application" as const,
      name: `${application.name ?? "?"} (${uris.join(", ")})`,
    };
    if (application === chosen) return [{ ...about, fits: "hit" }];
    const miss = whyNotCovered(
      application,
      normalHost(request.host),
      accessPath,
    );
    if (miss === "another host") return [];
    return [
      {
        ...about,
        fits: "missed",
        detail: miss ?? `${chosen?.name ?? "another"} is more specific`,
      },
    ];
  });
}

const DECISIONS: Readonly<Record<PolicyFit["decision"], string>> = {
  allow: "allows",
  deny: "blocks",
  bypass: "lets through without a login",
  non_identity: "lets machines through",
};

function policy({ decision, name, ...fit }: PolicyFit): Looked {
  const why = fit.fits === "missed" && fit.why;
  const detail = [DECISIONS[decision], why].filter(Boolean).join(", ");
  return { ...fit, what: "policy", name, detail };
}

function rules({ leads, rule: reached }: Spot, target: Target): Looked[] {
  if (leads.kind !== "tunnel") return [];
  const path = decodePath(target.path);
  const found: Looked[] = [];
  for (const rule of leads.tunnel.rules) {
    if (!matchesHostname(rule, target.host)) continue;
    const about = {
      what: "rule" as const,
      name: `${[rule.hostname || "every host", rule.path].filter(Boolean).join(" ")} -> ${rule.service ?? "?"}`,
    };
    if (rule === reached) return [...found, { ...about, fits: "hit" }];
    found.push({ ...about, fits: "missed", detail: reasonOf(rule.path, path) });
  }
  return found;
}

function reasonOf(
  pattern: string | null | undefined,
  path: string | undefined,
): string {
  if (path === undefined) return "the percent-encoding of the path is broken";
  try {
    return matchesPath({ path: pattern }, path)
      ? "a rule before it"
      : "another path";
  } catch {
    return "its path is no regular expression";
  }
}
