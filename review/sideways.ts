import { normalHost } from "../access/path-pattern";
import type { AccessPromise } from "../contract/promises";
import { serviceAddress } from "../ingress/service-address";
import type { Finding } from "./findings/finding";
import type { OwnRules } from "./own-rules";
import type { Cell, Matrix } from "./matrix";
import type { Others } from "./others";
import type { Subject } from "./subjects";
import { reaches, type Verdict } from "./verdict";

/** Of one promise, which is the finding's subject. */
export type Found = Omit<Finding, "subject">;

/** Where the hosts of an account lead, for many promises. */
export class Doors {
  readonly #cells = new Map<string, Cell[]>();
  /** Hosts by the addresses of their services, by the Host headers that these see, and by themselves. */
  readonly #hosts = new Map<string, Set<string>>();

  constructor({ cells }: Matrix) {
    for (const cell of cells) {
      const { host } = cell.place;
      const known = this.#cells.get(host);
      if (known) known.push(cell);
      else this.#cells.set(host, [cell]);
      const { rule } = cell.after;
      for (const key of [
        host,
        rule && serviceAddress(rule.service ?? ""),
        hostHeader(cell.after),
      ])
        if (key)
          this.#hosts.set(key, (this.#hosts.get(key) ?? new Set()).add(host));
    }
  }

  /** The hosts that some addresses, Host headers or hosts belong to. */
  to(keys: readonly string[]): ReadonlySet<string> {
    return new Set(keys.flatMap((key) => [...(this.#hosts.get(key) ?? [])]));
  }

  /** Everybody's requests to a host. */
  at(host: string): readonly Cell[] {
    return this.#cells.get(host) ?? [];
  }
}

/** What a promise is about. */
interface Promised {
  readonly doors: Doors;
  readonly hostname: string;
  readonly service: {
    readonly containerUrl: string;
    readonly localUrl: string;
  };
  /** Undefined where the plan does not say whom the service allows. */
  readonly others: Others | undefined;
  /** Other hosts for which the stack has routes. */
  readonly hosts: ReadonlySet<string>;
  /** Whether a host is that of a stack, which says by itself whom it allows. */
  isService(host: string): boolean;
  /** Id of the token that the stack calls so. */
  tokenId(name: string): string | undefined;
}

/** Other hosts that lead to the very service. */
export function sideways(
  { only, who }: AccessPromise,
  subjects: Matrix["subjects"],
  { doors, hostname, hosts, isService, others, service, tokenId }: Promised,
): Found[] {
  if (!only || who.kind === "policy") return [];
  const own = new Set(
    [service.containerUrl, service.localUrl]
      .filter(Boolean)
      .map(serviceAddress),
  );
  const leads = (cell: Cell) =>
    own.has(serviceAddress(cell.after.rule?.service ?? "")) ||
    hostHeader(cell.after) === hostname;
  const there = (
    asks: (cell: Cell) => boolean,
    counts: (host: string) => boolean = () => true,
  ) =>
    [...doors.to([...own, hostname, ...hosts])]
      .filter((host) => normalHost(host) !== hostname && counts(host))
      .flatMap((host) => {
        // What is open on another host of the stack is said by itself.
        const isOwn = who.kind !== "nobody" && hosts.has(host);
        return doors
          .at(host)
          .filter((cell) => asks(cell) && (isOwn || leads(cell)));
      });
  // One service may have several stacks, each with people of its own.
  if (who.kind === "others")
    return doorForOthers(
      there(
        (cell) => others?.isOther(cell) ?? false,
        (host) => !isService(host),
      ),
    );
  // A door of somebody else's is no reason to stop a change that leaves it as it is.
  const severityOf = ({ place: { host }, turn }: Cell) =>
    turn === "same" && !hosts.has(host) && !isService(host)
      ? "warning"
      : "error";
  const isAsked = askersIn(subjects, who, tokenId);
  const all = there(({ subject }) => isAsked(subject));
  const open = all.filter(({ after }) => reaches(after));
  // One that this change opens comes before one that was open.
  const door =
    open.find(({ before }) => !reaches(before)) ??
    open.find((one) => severityOf(one) === "error") ??
    open[0];
  if (door === undefined) {
    const doubts = all.filter(({ after }) => after.outcome === "depends");
    const doubt =
      doubts.find((one) => severityOf(one) === "error") ?? doubts[0];
    if (doubt === undefined) return [];
    const { after, place } = doubt;
    const { host, path } = place.request;
    return [
      {
        ...undecided(
          `https://${host}${path} leads to the same service, and ${after.reason}`,
        ),
        severity: severityOf(doubt),
      },
    ];
  }
  const { after, before, place } = door;
  const found = broken(
    `https://${place.request.host}${place.request.path}`,
    after,
  );
  return [
    {
      ...found,
      severity: severityOf(door),
      text: `${found.text}${reaches(before) ? ", as before" : ""}`,
      remedy:
        "protect that host as well, or close it: it leads to the same service",
    },
  ];
}

/** People and tokens that the service does not allow: an error where they come by this change. */
function doorForOthers(doors: readonly Cell[]): Found[] {
  const fresh = doors.filter(({ turn }) => turn !== "same");
  const [door] = fresh.length > 0 ? fresh : doors;
  if (door === undefined) return [];
  const { after, place, subject } = door;
  const found = broken(
    `https://${place.request.host}${place.request.path}`,
    after,
  );
  return [
    {
      ...found,
      severity: fresh.length > 0 ? "error" : "warning",
      text: `${found.text.replace("gets through. ", `gets through. ${subject.label}: `)}${fresh.length > 0 ? "" : ", as before"}`,
      remedy:
        "that host leads to the same service: admit the same people there, or close it",
    },
  ];
}

/** Which subjects of a review those of a promise are. */
function askersIn(
  subjects: readonly Subject[],
  who: Exclude<AccessPromise["who"], { kind: "others" | "policy" }>,
  tokenId: Promised["tokenId"],
): (subject: Subject) => boolean {
  switch (who.kind) {
    case "nobody":
      return ({ kind }) => kind === "nobody";
    case "token":
      return (subject) =>
        subject.kind === "token" &&
        (subject.tokenId === tokenId(who.name) || subject.name === who.name);
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
    remedy:
      "close what lets the request through, and keep the application, as without one a host is public; or change the promise",
  };
}

export function undecided(why: string): Found {
  return {
    id: "promise-undecided",
    severity: "error",
    text: `cannot be verified before the deploy: ${why}`,
    remedy: "use people, tokens and paths that are known before the deploy",
  };
}
