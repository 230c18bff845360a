import type { Change } from "../review/change";
import {
  beforeFirstDeploy,
  Earlier,
  earlier as before,
  isGone,
} from "./earlier";
import { Managed, type Known } from "./managed";
import type { Breach, Rule } from "./rule";
import { RULES } from "./rules";
import {
  isExpired,
  isTooLong,
  waiversIn,
  type StackWaiver,
} from "../contract/waivers";

/** A house rule that is broken somewhere, or a waiver that should go. */
export interface Violation extends Breach {
  /** A rule's id, or what is wrong with a waiver: `waiver-expired`. */
  readonly rule: string;
  readonly title: string;
  readonly why: string;
  readonly remedy: string;
}

/** A broken rule that its stack has a waiver for. */
interface Waived extends Violation {
  readonly waiver: StackWaiver;
}

/** What the house rules say of a change. */
export interface RulesReport {
  /** These fail a review. */
  readonly broken: readonly Violation[];
  readonly waived: readonly Waived[];
  /** What a destroy gives back as it was before the first deploy. */
  readonly givenBack: readonly Violation[];
  /** Of these, what comes with the change and is excused by an older waiver that names a part of it. */
  readonly stretched: readonly Waived[];
  /** Waivers that come with the very change that they excuse. */
  readonly born: readonly StackWaiver[];
}

export interface CheckOptions extends Known {
  /** @default - the machine's time */
  readonly now?: Date;
  /** @default - all house rules */
  readonly rules?: readonly Rule[];
}

/** Holds what a change leads to against the house rules and their waivers. */
export function checkRules(
  change: Change,
  options: CheckOptions = {},
): RulesReport {
  const { now = new Date(), rules = RULES } = options;
  const managed = new Managed(change, options);
  const found = rules.flatMap(({ check, id, remedy, title, why }) =>
    check(managed).map((breach) => ({
      ...breach,
      rule: id,
      remedy,
      title,
      why,
    })),
  );
  const waivers = waiversIn(change.plans);
  const inForce = waivers.filter(
    (waiver) => !isExpired(waiver, now) && !isTooLong(waiver, now),
  );
  const old = waiversIn(
    change.plans.map(({ outputsBefore = {}, stack }) => ({
      stack,
      outputs: outputsBefore,
    })),
  ).map((waiver) => JSON.stringify(waiver));
  const isNew = (waiver: StackWaiver) => !old.includes(JSON.stringify(waiver));
  const earlier = new Earlier(before(change), rules);
  const first = new Earlier(beforeFirstDeploy(change), rules);
  const gone = change.plans.filter(isGone).map(({ stack }) => stack);
  const isFormer = (one: Violation) =>
    gone.includes(one.stack) && one.stood === undefined && first.has(one);
  const waiverOf = (violation: Violation) =>
    inForce.find(
      (waiver) =>
        covers(waiver, violation, found) &&
        (isNew(waiver) || waiver.found !== undefined || earlier.has(violation)),
    );
  const waived = found.flatMap((violation) => {
    const waiver = waiverOf(violation);
    return waiver ? [{ ...violation, waiver }] : [];
  });
  return {
    broken: [
      ...found
        .filter((violation) => !waiverOf(violation) && !isFormer(violation))
        .map((violation) => {
          const old = inForce.find((one) => covers(one, violation, found));
          return old ? outgrown(violation, old) : violation;
        }),
      ...waivers
        .filter((waiver) => isExpired(waiver, now))
        .map((waiver) => expired(waiver)),
      ...waivers
        .filter((waiver) => isTooLong(waiver, now))
        .map((waiver) => tooLong(waiver)),
      ...inForce
        .filter(
          (waiver) => !found.some((violation) => isAbout(waiver, violation)),
        )
        .map((waiver) => unneeded(waiver)),
    ],
    waived,
    givenBack: found.filter((one) => !waiverOf(one) && isFormer(one)),
    stretched: waived.filter(
      (one) =>
        !isNew(one.waiver) &&
        !DIGEST.test(one.waiver.found ?? "") &&
        !earlier.has(one),
    ),
    born: inForce.filter(isNew),
  };
}

/** Names the very thing, as it is now. */
const DIGEST = /[0-9a-f]{12}/;

/** A waiver that names no resource covers the one breach there is, and hides no second. */
function covers(
  waiver: StackWaiver,
  violation: Violation,
  found: readonly Violation[],
): boolean {
  if (!isAbout(waiver, violation)) return false;
  const places = new Set(
    found.filter((one) => isAbout(waiver, one)).map(({ about }) => about),
  );
  return places.size === 1;
}

function isAbout(
  { found, resource, rule, stack }: StackWaiver,
  violation: Violation,
): boolean {
  return (
    rule === violation.rule &&
    stack === violation.stack &&
    (resource === undefined || resource === violation.about) &&
    (found === undefined || hasWords(violation.what, found))
  );
}

/** Whether a text has some of its words: `200h` is no part of `1200h`, nor `a.com` of `b.a.com`. */
function hasWords(text: string, words: string): boolean {
  for (let at = text.indexOf(words); at >= 0; at = text.indexOf(words, at + 1))
    if (
      !/[\p{L}\p{N}_.-]$/u.test(text.slice(0, at)) &&
      !/^([\p{L}\p{N}_-]|\.[\p{L}\p{N}_])/u.test(text.slice(at + words.length))
    )
      return true;
  return false;
}

/** What a waiver that was there before does not excuse. */
function outgrown(violation: Violation, { until }: StackWaiver): Violation {
  return {
    ...violation,
    what: `${violation.what}; the waiver until ${until} is older and was for something else`,
    remedy: `${violation.remedy} If this is intended, renew the waiver: give it a new reason or date, or name what was found ("found").`,
  };
}

function tooLong({ rule, stack, until }: StackWaiver): Violation {
  return {
    stack,
    rule: "waiver-too-long",
    about: rule,
    what: `the waiver lasts until ${until}, for more than a year`,
    title: "A waiver for more than a year",
    why: "Nobody remembers its reason by then.",
    remedy: "End it within a year.",
  };
}

function expired({ rule, stack, until }: StackWaiver): Violation {
  return {
    stack,
    rule: "waiver-expired",
    about: rule,
    what: `the waiver expired on ${until}`,
    title: "An expired waiver",
    why: "Waivers are temporary, so that exceptions get reviewed.",
    remedy: "Comply with the rule and remove the waiver, or set a new date.",
  };
}

function unneeded({ rule, stack }: StackWaiver): Violation {
  return {
    stack,
    rule: "waiver-unneeded",
    about: rule,
    what: "the rule is not violated here",
    title: "An unused waiver",
    why: "It would silently excuse the next violation.",
    remedy: "Remove it.",
  };
}
