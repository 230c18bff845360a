import type { Application } from "../access/model";
import { parseUri } from "../access/path-pattern";
import { isOfHost, isWholeHost, keyOf } from "../access/whole-host";
import type { IngressRule } from "../ingress/rule";
import {
  differing,
  documentIn,
  linksOf,
  placesOf,
  policiesOf,
  settingsOf,
  undocumented,
} from "../providers/existing-application/document";
import {
  ownApplication,
  UNUSED_PATH,
  whyNotSplit,
} from "../providers/existing-application/own-application";
import {
  isJsonObject,
  meaning,
  numberOf,
  type JsonObject,
} from "../providers/tunnel-route/json";
import { HostApplications } from "./places";
import { demandingBoth } from "./split-rules";

/**
 * What gives a host an application of its own, in this order: the new one is
 * made where nobody asks, the connector takes the JWT of both, the old one makes
 * room, the new one decides, the old one lets the host go.
 */
export type Step = "make" | "demand" | "make room" | "decide" | "let go";

/** How far a host is from an application of its own. */
export interface Split {
  readonly hostname: string;
  /** The application that is for other hosts as well. */
  readonly old: JsonObject;
  /** The host's own. @default - it is yet to be made */
  readonly made?: JsonObject;
  /** Where the host's own decides in the end. */
  readonly place: string;
  /** Other places of the old one. */
  readonly others: readonly string[];
  /** What is yet to do. */
  readonly steps: readonly Step[];
}

/** What of an account tells how far a split is. */
export interface Seen {
  readonly applications: readonly JsonObject[];
  /** Those of the host's tunnel. */
  readonly rules: readonly IngressRule[];
}

export type Found =
  | { readonly split: Split }
  /** Nothing to do: this one is for the host alone. */
  | { readonly own: JsonObject }
  | {
      readonly refused: readonly string[];
      /** How it is done by hand. @default - the reasons say what helps */
      readonly byHand?: string;
    };

/** Audience of an application that is not there yet. */
const UNMADE = "of the new application";

/**
 * What there is to do for a host to have an application of its own. What an
 * earlier run has done is read from the account alone.
 */
export function splitOf(
  hostname: string,
  { applications, rules }: Seen,
  stack?: string,
): Found {
  const here = new HostApplications(
    applications as readonly Application[],
    hostname,
  );
  const deciding = here.deciding as JsonObject | undefined;
  if (deciding === undefined)
    return {
      refused: [
        `no application decides for ${hostname}: there is none to split`,
      ],
    };
  if (othersOf(deciding, hostname).length === 0)
    return ownOne(hostname, deciding, { applications, rules });
  const others = othersOf(deciding, hostname);
  const isNamed = placesOf(deciding).some((uri) => isWholeHost(uri, hostname));
  const refused = whyNotSplit(deciding, hostname);
  if (refused.length > 0)
    return {
      refused,
      byHand: ownApplication({
        ...{ application: deciding, hostname, isNamed, others, stack },
      }),
    };
  const taken = isNamed
    ? []
    : takenFromWildcards(deciding as Application, here, applications);
  if (taken.length > 0) return { refused: taken };
  const unused = hostname + UNUSED_PATH;
  const alike: JsonObject[] = [];
  for (const one of applications) {
    const places = placesOf(one);
    if (!places.some((uri) => keyOf(uri) === keyOf(unused))) continue;
    const names = unlike(deciding, one);
    if (places.length > 1 || names.length > 0)
      return { refused: [notOurs(deciding, one, unused, names)] };
    alike.push(one);
  }
  const [made] = alike;
  const named = placesOf(deciding).filter((uri) => isWholeHost(uri, hostname));
  return {
    split: {
      hostname,
      old: deciding,
      made,
      // Cloudflare refuses a second application for the same host and path.
      place: isNamed ? `${hostname}/*` : hostname,
      others,
      steps: [
        ...(made ? [] : (["make"] as const)),
        ...demandStep(hostname, rules, deciding, made),
        ...(named.some((uri) => keyOf(uri) !== hostname)
          ? (["make room"] as const)
          : []),
        "decide",
        ...(placesOf(deciding).some((uri) => isOfHost(uri, hostname))
          ? (["let go"] as const)
          : []),
      ],
    },
  };
}

/**
 * Applications as a split left them: one that is taken over since lists the
 * stack's policies.
 *
 * @param taken what the state knows of it. @default - the stack has taken over none
 */
export function beforeTaken(
  applications: readonly JsonObject[],
  taken: Readonly<Record<string, unknown>> | undefined,
): readonly JsonObject[] {
  return applications.map((one) =>
    taken === undefined || one["id"] !== taken["app_id"]
      ? one
      : {
          ...documentIn(taken["previous"]),
          domain: one["domain"]!,
          destinations: one["destinations"] ?? null,
        },
  );
}

/** Whether nothing is left of a split but to take the host out of the old application. */
export function isLetGo(
  found: Found,
): found is { readonly split: Split & { readonly made: JsonObject } } {
  return "split" in found && found.split.steps.join() === "let go";
}

/** One that decides for the host alone: another may still name the host. */
function ownOne(
  hostname: string,
  made: JsonObject,
  { applications, rules }: Seen,
): Found {
  const old = applications.find(
    (one) =>
      one !== made &&
      othersOf(one, hostname).length > 0 &&
      placesOf(one).some(
        (uri) =>
          isWholeHost(uri, hostname) ||
          (isOfHost(uri, hostname) && unlike(one, made).length === 0),
      ),
  );
  if (old === undefined) return { own: made };
  const places = placesOf(made);
  const names = unlike(old, made);
  if (
    places.length > 1 ||
    !isWholeHost(places[0]!, hostname) ||
    names.length > 0
  )
    return {
      refused: [
        `"${String(made["name"])}" (${String(made["id"])}) decides for ${hostname}, and "${String(old["name"])}", which names it as well, decides nothing there${names.length > 0 ? `: they differ in ${names.join(", ")}` : ""}. Whether a run of --split made it is not known: remove ${hostname} from "${String(old["name"])}" yourself (Zero Trust, Access controls, Applications), which changes nothing there`,
      ],
    };
  const refused = whyNotSplit(old, hostname);
  if (refused.length > 0) return { refused };
  return {
    split: {
      hostname,
      old,
      made,
      place: places[0]!,
      others: othersOf(old, hostname),
      steps: [...demandStep(hostname, rules, old, made), "let go"],
    },
  };
}

function demandStep(
  hostname: string,
  rules: readonly IngressRule[],
  old: JsonObject,
  made: JsonObject | undefined,
): Step[] {
  const next = made ? String(made["aud"]) : UNMADE;
  const changed = demandingBoth(rules, hostname, String(old["aud"]), next);
  return meaning(changed) === meaning(rules) ? [] : ["demand"];
}

function othersOf(application: JsonObject, hostname: string): string[] {
  return placesOf(application).filter((uri) => !isOfHost(uri, hostname));
}

/** An application for the host's name takes it from wildcards, their paths included. */
export function takenFromWildcards(
  old: Application,
  here: HostApplications,
  all: readonly object[],
): string[] {
  const { hostname } = here;
  return (all as readonly Application[]).flatMap((one) =>
    one === old
      ? []
      : here
          .wildcardsHere(one)
          .filter((uri) => here.decidesAt(one, uri))
          .map((uri) => {
            const { path } = parseUri(uri);
            return `"${one.name}" decides for ${uri}, and the new one would take these requests of ${hostname} from it: give ${hostname}${path} an application of its own first, as "${one.name}" is. Make it for ${hostname}${UNUSED_PATH}, have the tunnel's rule that takes ${hostname}${path} demand the JWT of both, where it demands one, and a minute later change its path to ${path}`;
          }),
  );
}

function notOurs(
  old: JsonObject,
  one: JsonObject,
  unused: string,
  names: readonly string[],
): string {
  const what =
    names.length > 0
      ? `is not as "${String(old["name"])}": ${names.join(", ")} ${names.length > 1 ? "differ" : "differs"}`
      : `is for other places as well: ${placesOf(one).join(", ")}`;
  return `the application "${String(one["name"])}" (${String(one["id"])}) is for ${unused}, and ${what}. It is used only where it is the same: ${names.length > 0 ? "make it so, or delete it if nobody needs it" : `take ${unused} out of it, and it keeps the others`}; "${String(old["name"])}" decides meanwhile`;
}

function destinationsOf({ destinations }: JsonObject): JsonObject[] {
  return Array.isArray(destinations) ? destinations.filter(isJsonObject) : [];
}

/** Settings that say neither where it decides nor what it is called. */
function carried(application: JsonObject): JsonObject {
  return settingsBut(application, ["destinations", "domain", "name"]);
}

/** Its settings without some. */
export function settingsBut(
  application: JsonObject,
  names: readonly string[],
): JsonObject {
  return Object.fromEntries(
    Object.entries(settingsOf(application)).filter(
      ([name]) => !names.includes(name),
    ),
  );
}

/** What of a policy Cloudflare keeps by itself. */
const OF_CLOUDFLARE = [
  ...["id", "uid", "created_at", "updated_at", "app_count", "precedence"],
  "reusable",
];

/** A policy as it can be listed by another application: by its id, or written out. */
function copied(policy: JsonObject): JsonObject {
  return policy["reusable"] === true
    ? { id: policy["id"] }
    : Object.fromEntries(
        Object.entries(policy).filter(([key]) => !OF_CLOUDFLARE.includes(key)),
      );
}

/**
 * In what the new application is not as the old one. What Cloudflare gives new
 * applications alone, the old one does not say.
 */
function unlike(old: JsonObject, made: JsonObject): string[] {
  const [before, after] = [carried(old), carried(made)];
  const lists = [old, made].map((one) => meaning(policiesOf(one).map(copied)));
  return [
    ...differing(before, after).filter((name) => name in before),
    ...(lists[0] === lists[1] ? [] : ["policies"]),
  ];
}

/** What Cloudflare gave the new one, and the old one does not have. */
export function added({ made, old }: Split): string[] {
  if (made === undefined) return [];
  const [before, after] = [carried(old), carried(made)];
  return differing(before, after).filter((name) => !(name in before));
}

/** Settings of which only a write tells whether Cloudflare keeps them. */
export function doubtful({ old }: Split): string[] {
  return undocumented(settingsOf(old));
}

/** How many policies are written inside the old one. */
export function writtenInside({ old }: Split): number {
  return policiesOf(old).filter(({ reusable }) => reusable !== true).length;
}

/** The new application, where nobody asks. */
export function toMake({ hostname, old }: Split): JsonObject {
  const unused = hostname + UNUSED_PATH;
  return {
    ...carried(old),
    name: hostname,
    domain: unused,
    destinations: [{ ...destinationHere(old, hostname), uri: unused }],
    policies: policiesOf(old).map((policy, at) => ({
      ...copied(policy),
      precedence: numberOf(policy["precedence"]) ?? at + 1,
    })),
  };
}

/** How the old one has the host, its open paths included. */
function destinationHere(old: JsonObject, hostname: string): JsonObject {
  const here = new HostApplications([old as Application], hostname);
  return (
    destinationsOf(old).find(
      ({ uri }) =>
        typeof uri === "string" &&
        (isWholeHost(uri, hostname) ||
          (here.wildcardsHere(old as Application).includes(uri) &&
            here.decidesAt(old as Application, uri))),
    ) ?? { type: "public" }
  );
}

/** The new application, where it decides. */
export function toDecide({ made, place }: Split): JsonObject {
  const application = made!;
  const [destination = { type: "public" }] = destinationsOf(application);
  return {
    ...settingsOf(application),
    domain: place,
    destinations: [{ ...destination, uri: place }],
    policies: linksOf(application),
  };
}

/** The old application with HOST in the place of HOST/*, which is the same to it. */
export function withRoom({ hostname, old }: Split): JsonObject {
  let has = placesOf(old).some((uri) => keyOf(uri) === hostname);
  return relisted(old, (uri) => {
    if (!isWholeHost(uri, hostname) || keyOf(uri) === hostname) return uri;
    if (has) return undefined;
    has = true;
    return hostname;
  });
}

/** The old application without the host and its paths. */
export function withoutHost({ hostname, old }: Split): JsonObject {
  return relisted(old, (uri) => (isOfHost(uri, hostname) ? undefined : uri));
}

/** As it is, with other places, in their order and form. */
function relisted(
  application: JsonObject,
  change: (uri: string) => string | undefined,
): JsonObject {
  const { destinations, self_hosted_domains: older } = application;
  const { domain, ...settings } = settingsOf(application);
  const isListed = Array.isArray(destinations) && destinations.length > 0;
  const listed = isListed
    ? destinations.flatMap((one: unknown) => {
        if (!isJsonObject(one) || typeof one["uri"] !== "string") return [one];
        const uri = change(one["uri"]);
        return uri === undefined ? [] : [{ ...one, uri }];
      })
    : [];
  const hosts =
    !isListed && Array.isArray(older)
      ? older.flatMap((uri) => change(String(uri)) ?? [])
      : [];
  const first =
    (typeof domain === "string" ? change(domain) : undefined) ??
    listed.flatMap((one) =>
      isJsonObject(one) && typeof one["uri"] === "string" ? [one["uri"]] : [],
    )[0] ??
    hosts[0];
  return {
    ...settings,
    ...(first !== undefined && { domain: first }),
    ...(isListed && { destinations: listed }),
    ...(hosts.length > 0 && { self_hosted_domains: hosts }),
    policies: linksOf(application),
  };
}
