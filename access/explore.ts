import type { CompiledApplication } from "./compile-application";
import type { Decision, DecisionTree, Fact, SettledDecision } from "./decision";
import { Inquiry } from "./inquiry";
import type { AccessRequest } from "./request";
import type { Setting } from "./setting";
import { settle } from "./settle";

/** Requests tried before the rest is judged policy by policy. */
const BUDGET = 4_096;

const giveUp = () => false;

/**
 * Decides a request of which facts are missing: tries every answer to them
 * that makes a difference. What comes out the same whatever the answers is
 * certain. Beyond the budget each policy that may match counts as one that
 * does and one that does not, which can only add possibilities.
 */
export function decideForAllAnswers(
  app: CompiledApplication,
  request: AccessRequest,
  setting: Setting,
): Decision {
  /** Every fact asked for, in order, and the ids of those that made a difference. */
  const asked = new Map<string, Fact>();
  const matters = new Set<string>();
  const courses = new Map<string, number>();
  const ends: SettledDecision[] = [];
  let budget = BUDGET;

  /** A number for a course of answers and ends, the same for the same course. */
  function courseOf(text: string): number {
    const course = courses.get(text) ?? courses.size;
    courses.set(text, course);
    return course;
  }

  function endsIn(decision: SettledDecision): number {
    const known = ends.findIndex((end) => isSame(end, decision));
    return courseOf(`end ${known < 0 ? ends.push(decision) - 1 : known}`);
  }

  function explore(supposed: AccessRequest): Explored {
    const inquiry = new Inquiry(supposed);
    budget -= 1;
    const decision = settle(app, inquiry, setting, giveUp);
    if (decision !== undefined)
      return {
        possible: [decision],
        course: endsIn(decision),
        tree: { decision },
      };
    if (inquiry.open === undefined || budget <= 0)
      return {
        possible: judge(supposed),
        course: courseOf(`not followed ${courses.size}`),
      };
    const { fact, answers } = inquiry.open;
    asked.set(fact.id, fact);
    const branches = answers(supposed).map((answered) => ({
      answer: answerOf(fact, answered),
      ...explore(answered),
    }));
    const possible = distinct(branches.flatMap((branch) => branch.possible));
    const [course = -1, ...others] = branches.map((branch) => branch.course);
    const makesNoDifference = others.every((other) => other === course);
    if (!makesNoDifference) matters.add(fact.id);
    const trees = branches.flatMap(({ answer, tree }) =>
      tree ? [{ answer, then: tree }] : [],
    );
    return {
      possible,
      course: makesNoDifference
        ? course
        : courseOf(`${fact.id} ${[course, ...others].join()}`),
      ...(trees.length === branches.length && {
        tree: { fact: fact.id, branches: trees },
      }),
    };
  }

  function judge(supposed: AccessRequest): SettledDecision[] {
    const inquiry = new Inquiry(supposed);
    const found: SettledDecision[] = [];
    const last = settle(app, inquiry, setting, (decision) => {
      found.push(decision);
      if (inquiry.open !== undefined) {
        asked.set(inquiry.open.fact.id, inquiry.open.fact);
        matters.add(inquiry.open.fact.id);
        inquiry.open = undefined;
      }
      return true;
    });
    return distinct(last === undefined ? found : [...found, last]);
  }

  return summarize(
    explore(request),
    [...asked.values()].filter(({ id }) => matters.has(id)),
  );
}

interface Explored {
  readonly possible: readonly SettledDecision[];
  /** The same wherever the same answers lead to the same decisions. */
  readonly course: number;
  readonly tree?: DecisionTree;
}

/** The answer to a fact that a request gives, in one word. */
function answerOf({ id }: Fact, request: AccessRequest): string {
  switch (id) {
    case "country":
      return request.country ?? "";
    case "ip":
      return request.ip ?? "";
    case "certificate":
      return request.certificate?.commonName ?? "none";
    case "linked_app_token":
      return request.linkedAppToken ?? "none";
    default:
      return String(request.known?.[id]);
  }
}

/** One decision out of all possible ones. */
function summarize(
  { possible, tree }: Explored,
  dependsOn: readonly Fact[],
): Decision {
  const [first, ...others] = possible;
  if (first === undefined)
    throw new RangeError("a request has at least one possible decision");
  if (others.length === 0) return first;
  const reasons = [...new Set(possible.map(({ reason }) => reason))].join(
    "; or ",
  );
  const reason = `depends on ${list(dependsOn)}: ${reasons}`;
  if (others.every((other) => effect(other) === effect(first))) {
    return { ...withoutPolicy(first, others), reason, dependsOn };
  }
  return {
    outcome: "depends",
    application: first.application,
    possible,
    ...(tree && { tree }),
    reason,
    dependsOn,
  };
}

/** The same effect by several policies: which of them is open, and with it the session where they differ in it. */
function withoutPolicy(
  first: SettledDecision,
  others: readonly SettledDecision[],
): SettledDecision {
  if (first.outcome !== "pass") return { ...first, policy: undefined };
  const sameSession = others.every(
    (other) =>
      other.outcome === "pass" &&
      other.session?.seconds === first.session?.seconds,
  );
  return {
    ...first,
    policy: undefined,
    session: sameSession ? first.session : undefined,
  };
}

function distinct(decisions: readonly SettledDecision[]): SettledDecision[] {
  return decisions.filter(
    (decision, i) =>
      decisions.findIndex((other) => isSame(decision, other)) === i,
  );
}

function isSame(a: SettledDecision, b: SettledDecision): boolean {
  return effect(a) === effect(b) && a.policy === b.policy;
}

function effect(decision: SettledDecision): string {
  return decision.outcome === "pass"
    ? `pass:${decision.how}`
    : decision.outcome;
}

function list(facts: readonly Fact[]): string {
  const texts = facts.map(({ text }) => text);
  const last = texts.pop() ?? "";
  return texts.length === 0 ? last : `${texts.join(", ")} and ${last}`;
}
