import type { Group } from "../../access/model";
import { NotKnown } from "../../account/not-known";
import { type DoctorCheck, ok, problem, type Seen, warning } from "../check";
import type { AccountContext } from "../context";
import { PAGES } from "../pages";
import type { PlannedGroup, PlannedService, Plans } from "../planned";

export const groupsCheck: DoctorCheck<AccountContext> = {
  id: "groups",
  why: "Services find the groups they allow by name: each must be there once.",
  page: PAGES.groups,
  async run({ account, plans }) {
    if (!plans) throw new NotKnown("the stacks did not synthesize");
    // Most accounts do without groups, and their API tokens may not read any.
    const isNone =
      plans.groups.length === 0 &&
      plans.services.every(({ allowedGroups }) => allowedGroups.length === 0);
    return isNone ? [] : groupsSeen(await account.groups(), plans);
  },
};

/** How each group stands that stacks make, or services allow. */
export function groupsSeen(
  all: readonly Group[],
  {
    groups,
    services,
  }: Pick<Plans, "groups"> & {
    readonly services: readonly Pick<PlannedService, "allowedGroups">[];
  },
): Seen[] {
  const made = new Map(groups.map((group) => [group.name, group]));
  const allowed = services.flatMap((service) => service.allowedGroups);
  return [...new Set([...made.keys(), ...allowed])].map((name) => {
    const planned = made.get(name);
    const named = all.filter((group) => group.name === name);
    return planned ? willBe(planned, named) : isThere(name, named, all);
  });
}

/** What becomes of a group that a stack makes. */
function willBe(planned: PlannedGroup, named: readonly Group[]): Seen {
  const { id, name, stack } = planned;
  const others = named.filter((group) => group.id !== id);
  if (others.length > 0)
    return others.length < named.length
      ? severalOf(name, named.length)
      : problem(
          `a group ${name} exists, and the stack ${stack} does not know it: a deploy would make a second of this name`,
          `Leave it out of the stack's groups to use it as it is; or, where a deploy of yours made it, take it into the stack, whose destroy then deletes it: npm run adopt -- ${stack} --ours ${others[0]?.id}.`,
          name,
        );
  if (named.length > 0)
    return ok(`${name} is there, made by the stack ${stack}`, name);
  return id === undefined
    ? ok(`${name} will be made, by the stack ${stack}`, name)
    : warning(
        `${name} was deployed and is gone: the deploy creates it again`,
        "Find out who removed it.",
        name,
      );
}

/** A group that somebody else made. */
function isThere(
  name: string,
  named: readonly Group[],
  all: readonly Group[],
): Seen {
  if (named.length > 1) return severalOf(name, named.length);
  if (named.length === 1) return ok(`${name} exists and is only read`, name);
  return problem(
    `no group is named ${name}: there ${all.length > 0 ? `are ${all.map((group) => group.name).join(", ")}` : "is none"}`,
    "Write one of these in allowedGroups, or add it to the groups of the identity stack.",
    name,
  );
}

function severalOf(name: string, count: number): Seen {
  return problem(
    `${count} groups are named ${name}, so none can be looked up`,
    "Rename all but one of them in Zero Trust: policies name groups by their ids.",
    name,
  );
}
