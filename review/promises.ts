import { pathExpression } from "../access/path-pattern";
import {
  impliedPromises,
  keyOf,
  promisesIn,
  sentenceOf,
  type AccessPromise,
} from "../contract/promises";
import { readPlannedService } from "../contract/service-outputs";
import {
  resourcesOf,
  type Change,
  type Plan,
  type ServiceToken,
} from "./change";
import type { Finding } from "./findings/finding";
import { Doors, broken, sideways, undecided, type Found } from "./sideways";
import { Judge } from "./judge";
import { hostnameIn, lostPromises } from "./lost-promises";
import type { Matrix } from "./matrix";
import { PathIndex } from "./path-classes";
import { MeantPolicies } from "./meant-policies";
import type { Target } from "./places";
import { OwnRules } from "./own-rules";
import { othersFor, type Others } from "./others";
import { regionsOf } from "./regions";
import type { Subject } from "./subjects";
import { reaches, type Verdict } from "./verdict";
import { waysOf } from "./ways";
import { isWithin, ODD, pathOf } from "./within";

/** Paths as people write them, of which a promise says that they are reached. */
const PLAIN = "^(/[A-Za-z0-9_-]+)*/?$";
/**
 * Proves the promises of all stacks for every request to their hosts, after a
 * change, and says which do not hold, by an example and by what lets it
 * through.
 */
export function promiseFindings(
  change: Change,
  matrix: Matrix,
  now: Date,
): Finding[] {
  const judge = new Judge(change.after);
  const regions = regionsOf(change);
  const ours = new OwnRules(change);
  const doors = new Doors(matrix);
  const services = new Set(
    change.plans.flatMap(({ outputs }) => hostnameIn(outputs) ?? []),
  );
  const lost = change.plans.flatMap(lostPromises);
  const broken = change.plans.flatMap((plan) => {
    const hostname = hostnameIn(plan.outputs);
    const service = readPlannedService(plan.outputs);
    if (hostname === undefined || service === undefined) return [];
    const implied = impliedPromises(service);
    const written = promisesIn(plan.outputs);
    const named = new Set(written.map(keyOf));
    const all = [
      ...written,
      ...implied.filter((one) => !named.has(keyOf(one))),
    ];
    const meant = new MeantPolicies(change, all, { now, regions });
    const others = othersFor(plan, hostname, change, all, meant);
    const proof = new Proof({
      plan,
      hostname,
      judge,
      all,
      now,
      regions,
      others,
      meant,
      ours,
    });
    return all.flatMap((promise) => [
      ...proof.of(promise).map((found) => ({
        ...found,
        subject: `${plan.stack}: ${sentenceOf(promise)}`,
      })),
      ...(promise.who.kind === "others" ? (others?.beyond ?? []) : []).map(
        (what) => ({
          ...beyondProps(what),
          subject: `${plan.stack}: ${sentenceOf(promise)}`,
        }),
      ),
      ...sideways(promise, matrix.subjects, {
        doors,
        hostname,
        hosts: new Set(
          resourcesOf([plan], "route").flatMap(
            ({ after }) => after?.hostname ?? [],
          ),
        ),
        service,
        others,
        isService: (host) => services.has(host),
        tokenId: (name) => tokenIdIn(plan, name, change.after.tokens),
      }).map((found) => ({
        ...found,
        subject: `${plan.stack}: ${sentenceOf(promise)}`,
      })),
    ]);
  });
  return [...lost, ...broken];
}

interface Case {
  readonly plan: Plan;
  readonly hostname: string;
  readonly judge: Judge;
  readonly all: readonly AccessPromise[];
  readonly now: Date;
  readonly ours: OwnRules;
  readonly regions: ReturnType<typeof regionsOf>;
  /** Undefined where the plan does not say whom the service allows. */
  readonly others: Others | undefined;
  readonly meant: MeantPolicies;
}

/** Every request to one host, held against promises. */
class Proof {
  readonly #targets: readonly Target[];
  /** The paths of every request are open to everybody else as well. */
  readonly #open: readonly string[];
  readonly #undecided: readonly string[];

  constructor(private readonly about: Case) {
    const { all, hostname, judge } = about;
    const paths = [...new Set(all.flatMap((one) => one.paths))];
    const patterns = paths.map((path) => ({
      pattern: path,
      expression: pathExpression(pathOf(path)) || "^/",
    }));
    const index = new PathIndex([judge.state], {
      host: hostname,
      access: patterns,
      rules: [
        ...patterns.map(({ expression, pattern }) => ({
          pattern,
          expression: `(?s)${expression}`,
        })),
        { pattern: PLAIN, expression: PLAIN },
        { pattern: ODD, expression: ODD },
      ],
    });
    const { classes, undecided } = index.classesOf(hostname);
    this.#targets = classes.map(({ assumed, path, spelled }) => ({
      host: hostname,
      path,
      ...(spelled && { normalization: spelled }),
      ...(assumed && { assumed }),
    }));
    this.#undecided = undecided
      .filter(({ whole }) => whole)
      .map(({ pattern }) => pattern);
    this.#open = all
      .filter(({ who }) => who.kind === "nobody")
      .flatMap((one) => one.paths);
  }

  of(promise: AccessPromise): Found[] {
    const { only, paths, who } = promise;
    const own = who.kind === "nobody" ? paths : [...paths, ...this.#open];
    if (this.#undecided.length > 0)
      return [
        undecided(
          `the paths of ${this.about.hostname} have too many classes, with ${this.#undecided.join(", ")}`,
        ),
      ];
    if (who.kind === "others" && this.about.others === undefined) return [];
    if (who.kind === "others" && this.about.others?.doubt)
      return [undecided(this.about.others.doubt)];
    if (who.kind === "policy") return this.#ofPolicy(who.name, paths);
    for (const target of this.#targets) {
      const verdicts = this.#verdicts(promise, target);
      const url = `https://${target.host}${target.path}`;
      if (only && !isWithin(target, own)) {
        const through = verdicts.find(reaches);
        const meant =
          who.kind === "others"
            ? this.about.others?.remedyAt(this.about.judge.at(target))
            : {};
        if (through)
          return [
            {
              ...broken(url, through, this.about.ours),
              ...aboveIt(target, own),
              ...meant,
            },
          ];
        const open = verdicts.find(({ outcome }) => outcome === "depends");
        if (open) return [{ ...undecided(`${url}: ${open.reason}`), ...meant }];
      }
      if (who.kind !== "others" && isPlain(target) && isWithin(target, paths)) {
        if (verdicts.some(reaches)) continue;
        const open = verdicts.find(({ outcome }) => outcome === "depends");
        const [first] = verdicts;
        return open
          ? [undecided(`${url}: ${open.reason}`)]
          : [refused(url, first?.reason ?? "nobody can ask")];
      }
    }
    return [];
  }

  /** Whether the policy is where it is promised, and somebody comes in by it. */
  #ofPolicy(name: string, paths: readonly string[]): Found[] {
    const { judge, meant } = this.about;
    for (const target of this.#targets) {
      if (!isPlain(target) || !isWithin(target, paths)) continue;
      const url = `https://${target.host}${target.path}`;
      const why = meant.whyNot(name, judge.at(target), judge);
      if (why) return [refused(url, why)];
    }
    return [];
  }

  /** What comes of a request by every login method, and from every region where that counts. */
  #verdicts({ who }: AccessPromise, target: Target): Verdict[] {
    if (who.kind === "policy") return [];
    const { judge, now, regions } = this.about;
    const spot = judge.at(target);
    if (who.kind === "others") return this.about.others?.at(spot, judge) ?? [];
    const subject = subjectOf(who, judge, this.about.plan);
    return waysOf(subject, judge, spot, { now, regions }).map(
      ({ verdict }) => verdict,
    );
  }
}

function subjectOf(
  who: Exclude<AccessPromise["who"], { kind: "others" | "policy" }>,
  { state }: Judge,
  plan: Plan,
): Subject {
  const about = { id: "", label: "" };
  switch (who.kind) {
    case "nobody":
      return { ...about, kind: "nobody" };
    case "person":
      return { ...about, kind: "named", email: who.email };
    case "token":
      return {
        ...about,
        kind: "token",
        tokenId: tokenIdIn(plan, who.name, state.tokens) ?? "",
      };
  }
}

/** What a stack calls one of the account's tokens is in its policy alone, and names repeat. */
function tokenIdIn(
  plan: Plan,
  name: string,
  tokens: readonly ServiceToken[],
): string | undefined {
  const [own] = resourcesOf([plan], "policy").flatMap(({ after }) =>
    after?.name === `${name} (service token)` ? (after.include ?? []) : [],
  );
  const { token_id: id } = (own?.["service_token"] ?? {}) as {
    readonly token_id?: unknown;
  };
  return typeof id === "string" && tokens.some((one) => one.id === id)
    ? id
    : (tokens.find((one) => one.name === name)?.id ?? undefined);
}

function isPlain({ path }: Target): boolean {
  return new RegExp(PLAIN).test(path);
}

/** For a path of which only what is below it was promised: most mean both. */
function aboveIt({ path }: Target, paths: readonly string[]) {
  const below = `${path.replace(/\/$/, "")}/*`;
  return path !== "/" && paths.includes(below)
    ? {
        remedy: `if this path is meant as well, write "${below.slice(0, -2)}" for "${below}": it covers itself and all below it`,
      }
    : {};
}

function beyondProps(what: string): Found {
  return {
    id: "promise-broken",
    severity: "error",
    text: `it does not hold: ${what}, and the stack's props do not say so`,
    remedy:
      "say in the stack's props whom the service allows, and do not change its policy by any other way",
  };
}

function refused(url: string, reason: string): Found {
  return {
    id: "promise-broken",
    severity: "error",
    text: `it does not hold: ${url} is not reached. ${reason}`,
    remedy: "let the request through, or change the promise",
  };
}
