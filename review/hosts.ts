import { domainToASCII } from "node:url";
import { publicDestinations } from "../access/match-application";
import { parseUri } from "../access/path-pattern";
import { HOST_TYPES } from "../dns/record";
import { takesEveryHost } from "../ingress/rule";
import type { Change } from "./change";
import { exampleOf } from "./example-host";

/** A host, or names that everything treats alike, by one of them. */
export interface Host {
  /** As a request has it. */
  readonly name: string;
  /** As it is written: `app.example.com`, `*.example.com`. */
  readonly shown: string;
  /** It matters only where something answers. */
  readonly derived: boolean;
}

/** All hosts that are looked at. */
export interface Hosts {
  readonly hosts: readonly Host[];
  /** More wildcards meet than can be looked at. */
  readonly crowded: boolean;
}

/** `service-2` before `service-10`. */
const NUMBERED = new Intl.Collator("en", { numeric: true });

/**
 * Every host that an application, a rule or a proxied record names, or whose
 * record leads to another place than before, and for names that only wildcards cover one of each kind: below a
 * wildcard at one level and at several, covered by two wildcards at once, and
 * below a name that itself keeps a record's wildcard away.
 *
 * @param isOpen whether a name that Cloudflare is not in front of leads to a
 * tunnel, or to another place than before
 */
export function hostsOf(
  { after, before }: Change,
  isOpen: (name: string) => boolean,
): Hosts {
  const named = new Set<string>();
  const records = new Set<string>();
  for (const state of [before, after]) {
    for (const application of state.access.applications)
      for (const { uri } of publicDestinations(application))
        named.add(asked(parseUri(uri ?? "").host));
    for (const { rules } of state.tunnels)
      for (const rule of rules)
        if (!takesEveryHost(rule)) named.add(asked(rule.hostname!));
    for (const record of state.records) {
      records.add(record.name);
      if (
        HOST_TYPES.includes(record.type) &&
        (record.proxied || isOpen(record.name))
      )
        named.add(record.name);
    }
  }
  const wildcards = [...named].filter((host) => host.includes("*"));
  const labels = new Set(
    [...named, ...records].flatMap((host) => host.split(".")),
  );
  const hosts = [...named].map((shown) => ({ shown, derived: false }));
  const met = common(wildcards);
  let crowded = met.length > MOST_COMMON;
  const derived = [
    ...wildcards
      .filter((host) => host.startsWith("*."))
      .map((host) => `*.${host}`),
    ...met.slice(0, MOST_COMMON),
    ...belowNames(records),
  ]
    .filter((shown) => !named.has(shown))
    .map((shown) => ({ shown, derived: true }));
  const found = new Map<string, Host>();
  for (const host of [...hosts, ...derived]) {
    const name = exampleOf(host.shown, wildcards, labels, () => {
      crowded = true;
    });
    if (name !== undefined && !found.has(name))
      found.set(name, { ...host, name });
  }
  const order = ({ shown }: Host) => shown.replace(/^(\*\.)+/, "*.");
  return {
    hosts: [...found.values()].sort(
      (a, b) =>
        NUMBERED.compare(order(a), order(b)) || a.shown.length - b.shown.length,
    ),
    crowded,
  };
}

/** A host as requests name it, however it is written. */
function asked(host: string): string {
  const name = host.toLowerCase();
  return /^[ -~]*$/.test(name) ? name : domainToASCII(name) || name;
}

/** Of so many kinds of names that several wildcards cover at once one each is looked at. */
const MOST_COMMON = 500;

/** Names that two or more wildcards cover at once: `a*` and `*b` are `a*b`. */
function common(wildcards: readonly string[]): string[] {
  const found = new Set(wildcards);
  for (const one of found)
    for (const other of wildcards) {
      const both = intersection(one, other);
      if (both !== undefined) found.add(both);
      if (found.size > wildcards.length + MOST_COMMON) break;
    }
  return [...found].slice(new Set(wildcards).size);
}

function intersection(one: string, other: string): string | undefined {
  const [a, b] = [one.split("."), other.split(".")];
  // A rule's and a record's wildcard stands for names at any depth.
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  if (short.length < long.length && short[0] !== "*") return undefined;
  const padded = [
    ...Array<string>(long.length - short.length).fill("*"),
    ...short,
  ];
  const labels = long.map((label, at) => inBoth(label, padded[at]!));
  return labels.every((label) => label !== undefined)
    ? labels.join(".")
    : undefined;
}

/** A label with one `*` at most that both patterns cover. */
function inBoth(one: string, other: string): string | undefined {
  if (one === other || other === "*") return one;
  if (one === "*") return other;
  if (!one.includes("*") || !other.includes("*")) {
    const [literal, pattern] = one.includes("*") ? [other, one] : [one, other];
    const [start = "", end = ""] = pattern.split("*");
    return pattern.includes("*") &&
      literal.length >= start.length + end.length &&
      literal.startsWith(start) &&
      literal.endsWith(end)
      ? literal
      : undefined;
  }
  const [start = "", end = ""] = one.split("*");
  const [otherStart = "", otherEnd = ""] = other.split("*");
  const starts = [start, otherStart].sort((x, y) => y.length - x.length);
  const ends = [end, otherEnd].sort((x, y) => y.length - x.length);
  return starts[0]!.startsWith(starts[1]!) && ends[0]!.endsWith(ends[1]!)
    ? `${starts[0]}*${ends[0]}`
    : undefined;
}

/**
 * Below names that lie below a record's wildcard: a name that exists keeps the
 * wildcard from all below it, and once it goes these names answer.
 */
function belowNames(records: ReadonlySet<string>): string[] {
  const zones = [...records]
    .filter((name) => name.startsWith("*."))
    .map((name) => name.slice(2));
  const found = new Set<string>();
  for (const name of records)
    for (const zone of zones) {
      if (!name.endsWith(`.${zone}`)) continue;
      for (
        let at = name;
        at !== zone && at.includes(".");
        at = at.slice(at.indexOf(".") + 1)
      )
        if (!at.startsWith("*")) found.add(`*.${at}`);
    }
  return [...found];
}
