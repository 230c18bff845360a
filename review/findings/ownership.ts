import type { AnyPlannedResource, Plan } from "../change";
import { listOf, nameOf, type Finding, type Look } from "./finding";

/** Objects that become a stack's own though others have made them, or that several have as theirs. */
export const ownership: Look = ({ change: { plans } }) => [
  ...imported(plans),
  ...shared(plans),
];

function imported(plans: readonly Plan[]): Finding[] {
  return plans.flatMap(({ resources }) =>
    resources
      .filter((one) => one.imported)
      .map((one) => ({
        id: "taken-in",
        severity: "warning",
        subject: subjectOf(one),
        text: `the stack ${one.stack} imports it as ${one.address} and did not create it: ${WHAT[one.action] ?? "it stays as it is"}, and a destroy of the stack deletes it`,
        remedy:
          "make sure that it belongs to nobody else; if the stack only uses it, look it up by name or id instead",
      })),
  );
}

const WHAT: Partial<Record<AnyPlannedResource["action"], string>> = {
  update: "the deploy changes it",
  replace: "the deploy deletes it and creates another",
};

/** The id of what no yes deploys: it would end half way. */
export const HANDED_OVER = "handed-over";

function shared(plans: readonly Plan[]): Finding[] {
  const owners = new Map<string, AnyPlannedResource[]>();
  for (const one of plans.flatMap(({ resources }) => resources)) {
    const key = objectOf(one);
    if (key !== undefined) owners.set(key, [...(owners.get(key) ?? []), one]);
  }
  const handedOver = [...owners.values()].filter(isHandedOver);
  return [...owners.values()].flatMap((all): Finding[] => {
    if (handedOver.includes(all)) return [handOver(all, handedOver.flat())];
    const [first, second] = all;
    const gone = all.filter(({ action }) => action === "delete");
    if (!first || !second || gone.length === all.length) return [];
    const where = listOf(all.map((one) => `${one.stack} (${one.address})`));
    return [
      {
        id: "two-owners",
        severity: all.every(({ action }) => action === "no-op")
          ? "warning"
          : "error",
        subject: subjectOf(first),
        text:
          gone.length > 0
            ? `${where} manage the same object, and the deploy deletes it for one of them`
            : `${where} manage the same object: each writes it as its own code says, and a destroy of either deletes it`,
        remedy: leavingIt(all, gone),
      },
    ];
  });
}

/**
 * Whether an application that was there before is given back and taken over at
 * once: whichever is first, the other finds it changed by somebody.
 */
function isHandedOver(all: readonly AnyPlannedResource[]): boolean {
  return (
    all.some(({ givesBack }) => givesBack !== undefined) &&
    all.some(({ takesOver }) => takesOver)
  );
}

function handOver(
  all: readonly AnyPlannedResource[],
  ofAll: readonly AnyPlannedResource[],
): Finding {
  const [from = [], to = []] = [true, false].map((gives) =>
    all.filter(({ givesBack }) => (givesBack !== undefined) === gives),
  );
  const where = (some: readonly AnyPlannedResource[]) =>
    listOf(some.map(({ address, stack }) => `${stack} (${address})`));
  const givers = ofAll.filter(({ givesBack }) => givesBack !== undefined);
  const names = (some: readonly AnyPlannedResource[]) =>
    [...new Set(some.map(({ stack }) => stack))].join(" ");
  return {
    id: HANDED_OVER,
    severity: "error",
    subject: subjectOf(all[0]!),
    text: `${where(from)} gives it back and ${where(to)} takes it over: one deploy can't do both, and would end half way`,
    remedy: `first give it back: npm run destroy -- ${names(givers)}. Then take it over: npm run deploy -- ${names(ofAll)}`,
  };
}

/** How all but one let go of it, so that it stays. */
function leavingIt(
  all: readonly AnyPlannedResource[],
  gone: readonly AnyPlannedResource[],
): string {
  const fresh = all.find(
    ({ action, imported }) => action === "create" || imported,
  );
  const one = gone[0] ?? fresh ?? all.at(-1)!;
  if (one === fresh)
    return `keep it in only one of them: remove ${one.address} from the code of ${one.stack}, whose state does not have it yet`;
  return `keep it in only one of them; to make ${one.stack} forget it, run this first and then remove it from that stack's code: terraform -chdir=cdktf.out/stacks/${one.stack} state rm '${one.address}'. If it is only removed from the code, the deploy deletes it`;
}

/** What in the account a resource is; undefined for what is not there yet or is let go of. */
function objectOf(one: AnyPlannedResource): string | undefined {
  if (one.action === "forget") return undefined;
  // A rule that leaves one resource stays where another writes it.
  const id =
    one.kind === "route" ? one.after?.id.toLowerCase() : one.before?.id;
  return id ? `${one.kind} ${id}` : undefined;
}

function subjectOf(one: AnyPlannedResource): string {
  if (one.kind === "route") {
    const route = one.after ?? one.before;
    return route
      ? nameOf({ host: route.hostname, path: route.path ?? "/" })
      : one.address;
  }
  return (one.after ?? one.before)?.name ?? one.address;
}
