import type { AccessPromise } from "../contract/promises";
import { serviceAddress } from "../ingress/service-address";
import type { Finding } from "./findings/finding";
import type { OwnRules } from "./own-rules";
import type { Matrix } from "./matrix";
import { tokenName, type Subject } from "./subjects";
import { reaches, type Verdict } from "./verdict";

/** Of one promise, which is the finding's subject. */
export type Found = Omit<Finding, "subject">;

/** Other hosts that lead to the very service. */
export function sideways(
  { only, who }: AccessPromise,
  { cells, subjects }: Matrix,
  hostname: string,
  { containerUrl, localUrl }: { containerUrl: string; localUrl: string },
): Found[] {
  // One service may have several hosts, each with people of its own.
  if (!only || who.kind === "others") return [];
  const own = new Set(
    [containerUrl, localUrl].filter(Boolean).map(serviceAddress),
  );
  const asks = askersIn(subjects, who);
  const there = cells.filter(
    ({ after, place, subject }) =>
      asks(subject) &&
      place.host !== hostname &&
      (own.has(serviceAddress(after.rule?.service ?? "")) ||
        hostHeader(after) === hostname.toLowerCase()),
  );
  const doors = there.filter(({ after }) => reaches(after));
  // One that this change opens comes before one that was open.
  const door = doors.find(({ before }) => !reaches(before)) ?? doors[0];
  if (door === undefined)
    return there
      .filter(({ after }) => after.outcome === "depends")
      .slice(0, 1)
      .map(({ after, place: { request } }) =>
        undecided(
          `https://${request.host}${request.path} leads to the same service, and ${after.reason}`,
        ),
      );
  const { after, before, place } = door;
  const found = broken(
    `https://${place.request.host}${place.request.path}`,
    after,
  );
  return [
    {
      ...found,
      text: `${found.text}${reaches(before) ? ", as before" : ""}`,
      remedy:
        "protect that host as well, or close it: it leads to the same service",
    },
  ];
}

/** Which subjects of a review those of a promise are. */
function askersIn(
  subjects: readonly Subject[],
  who: Exclude<AccessPromise["who"], { kind: "others" }>,
): (subject: Subject) => boolean {
  switch (who.kind) {
    case "nobody":
      return ({ kind }) => kind === "nobody";
    case "token":
      return (subject) =>
        subject.kind === "token" &&
        subject.label.replace(/ \((as it is|new)\)$/, "") ===
          `token ${tokenName(who.name)}`;
    case "person": {
      const ending = who.email.slice(who.email.indexOf("@"));
      const fits = (subject: Subject) =>
        subject.kind === "else" ||
        (subject.kind === "named" && subject.email === who.email) ||
        (subject.kind === "ending" && subject.email.endsWith(ending));
      const kind = ["named", "ending", "else"].find((kind) =>
        subjects.some((one) => one.kind === kind && fits(one)),
      );
      return (subject) => subject.kind === kind && fits(subject);
    }
  }
}

function hostHeader({ rule }: Verdict): string {
  return String(rule?.originRequest?.["httpHostHeader"] ?? "").toLowerCase();
}

export function broken(
  url: string,
  { reason, rule, tunnel }: Verdict,
  ours?: OwnRules,
): Found {
  if (rule && ours?.lacks(rule))
    return {
      id: "promise-broken",
      severity: "error",
      text: `it does not hold: ${url} gets through by the rule of ${[rule.hostname || "every host", rule.path].filter(Boolean).join(" ")} in the tunnel ${tunnel ?? "?"}, which is not in the code. ${reason}`,
      remedy: ours.remedyFor(rule),
    };
  const where = rule
    ? `, then the rule of ${[rule.hostname ?? "every host", rule.path].filter(Boolean).join(" ")} in the tunnel ${tunnel ?? "?"}`
    : "";
  return {
    id: "promise-broken",
    severity: "error",
    text: `it does not hold: ${url} gets through. ${reason}${where}`,
    remedy: "take back what lets the request through, or change the promise",
  };
}

export function undecided(why: string): Found {
  return {
    id: "promise-undecided",
    severity: "error",
    text: `whether it holds can't be told: ${why}`,
    remedy: "name people, tokens and paths that can be told before a deploy",
  };
}
