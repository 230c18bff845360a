import { callerOf } from "./cells";
import type { Caller, Judge, Spot } from "./judge";
import type { Region, Subject } from "./subjects";
import type { Verdict } from "./verdict";

/** What requests are judged by, besides who makes them. */
export interface Circumstances {
  /** For the expiry of tokens. */
  readonly now: Date;
  readonly regions: readonly Region[];
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
