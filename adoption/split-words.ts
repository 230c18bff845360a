import type { IngressRule } from "../ingress/rule";
import { isOfHost } from "../access/whole-host";
import { placesOf } from "../providers/existing-application/document";
import { UNUSED_PATH } from "../providers/existing-application/own-application";
import {
  doubtful,
  writtenInside,
  type Seen,
  type Split,
  type Step,
} from "./split-plan";
import { demandingBoth } from "./split-rules";

/** What a split will do, step by step, and what comes of it. */
export function wordsOf(
  split: Split,
  { rules }: Pick<Seen, "rules">,
): string[] {
  const { hostname, made, old, steps } = split;
  const decides = steps.indexOf("decide") + 1;
  const unknown = doubtful(split);
  return [
    ...(made
      ? [
          `An earlier run made the application "${String(made["name"])}" (${String(made["id"])}), and this one goes on.`,
        ]
      : []),
    ...steps.map((step, at) => `${at + 1}. ${SAID[step](split, rules)}`),
    `Nothing is open and no token is refused on the way, as far as Cloudflare tells what is in force.${decides > 0 ? ` People log in to ${hostname} again.` : ""}`,
    ...(decides > 0
      ? [
          `The new application has an audience of its own: whatever else checks the JWT's audience, such as the service itself or a Worker, must take it before step ${decides}.`,
        ]
      : []),
    ...(made
      ? []
      : [
          "Settings that Cloudflare gives to new applications alone are as Cloudflare sets them; the run names them.",
        ]),
    ...(unknown.length > 0
      ? [
          `This version does not know ${unknown.join(", ")} of "${String(old["name"])}": whether Cloudflare keeps that is known only once it is written.`,
        ]
      : []),
    "A destroy leaves the new application as it is: the split is not undone.",
  ];
}

const SAID: Readonly<
  Record<Step, (split: Split, rules: readonly IngressRule[]) => string>
> = {
  make: (split) => {
    const inside = writtenInside(split);
    return `Make a self-hosted application "${split.hostname}" for ${split.hostname}${UNUSED_PATH}, a path that nobody asks for, with the settings, login methods and policies of "${nameOf(split)}"${inside > 0 ? `; those that are written inside it (${inside}) are written inside the new one` : ""}.`;
  },
  demand: (split, rules) =>
    `In the tunnel, ${demands(split, rules).join(", and ")}; wait until the connectors go by it.`,
  "make room": (split) =>
    `Write ${split.hostname} in place of ${split.hostname}/* in "${nameOf(split)}", which is the same to it.`,
  decide: (split) =>
    `Let the new application decide: change its place to ${split.place}, which takes precedence over "${nameOf(split)}".`,
  "let go": (split) =>
    `Take ${placesOf(split.old)
      .filter((uri) => isOfHost(uri, split.hostname))
      .join(
        ", ",
      )} out of "${nameOf(split)}", which keeps its id, its audience, ${split.others.join(", ")} and their sessions.`,
};

function nameOf({ old }: Split): string {
  return String(old["name"]);
}

/** Which rules change, and which are made. */
function demands(
  { hostname, made, old }: Split,
  rules: readonly IngressRule[],
): string[] {
  const next = String(made?.["aud"]);
  const both = demandingBoth(rules, hostname, String(old["aud"]), next);
  return both.flatMap((rule, at) => {
    if (rules.includes(rule)) return [];
    const name = `the rule for ${shownRule(rule)}`;
    const after = both[at + 1];
    // One that was made stands before the one that it is a copy of.
    const isMade =
      after !== undefined &&
      rules.includes(after) &&
      both.length > rules.length &&
      after.hostname !== rule.hostname &&
      after.service === rule.service &&
      (after.path ?? "") === (rule.path ?? "");
    return [
      isMade
        ? `make a rule for ${shownRule(rule)} before the one for ${shownRule(after)}, with its service and settings, that demands the JWT of both`
        : `have ${name} demand the JWT of both`,
    ];
  });
}

function shownRule({ hostname, path }: IngressRule): string {
  return `${hostname || "every host"}${path ? ` with the path ${path}` : ""}`;
}
