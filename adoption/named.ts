import { groupsSeen } from "../doctor/checks/groups";
import { existingFault } from "../doctor/checks/service-tokens";
import { UNTOUCHED, type Part, type Row, type Scene } from "./survey";

/** Groups and tokens that the code names, and no deploy can look up. */
export async function named({
  account,
  plans,
  service: { allowedGroups, notes },
  taken,
}: Scene): Promise<Part> {
  const existing = notes?.existingTokens ?? [];
  const tokens = existing.length > 0 ? await account.serviceTokens() : [];
  const groups = allowedGroups.length > 0 ? await account.groups() : [];
  const seen = groupsSeen(groups, {
    services: [{ allowedGroups }],
    groups: withTaken(
      plans.groups.filter(({ name }) => allowedGroups.includes(name)),
      groups,
      taken,
    ),
  });
  return {
    rows: [
      ...seen
        .filter(({ status }) => status === "problem")
        .map(({ about, todo, what }) => inTheWay("group", about, what, todo)),
      ...existing
        .filter((one) =>
          tokens.every(({ client_id, id }) => one !== id && one !== client_id),
        )
        .map((one) => {
          const [what, todo] = existingFault(one, tokens, new Date()) ?? [];
          return inTheWay("service token", one, what, todo);
        }),
    ],
    lines: [],
  };
}

/** With the ids of those that a run left behind, and the stacks take in. */
export function withTaken<
  T extends { readonly id?: string; readonly name: string },
>(
  made: readonly T[],
  all: readonly {
    readonly id?: string | null;
    readonly name?: string | null;
  }[],
  taken: Scene["taken"],
): T[] {
  return made.map((one) => ({
    ...one,
    id:
      one.id ??
      all.find(({ id, name }) => name === one.name && id && taken.has(id))
        ?.id ??
      undefined,
  }));
}

/** Whether a row is about something that the code names, and no deploy can look up. */
export function isUnfound({ becomes, id, kind }: Row): boolean {
  const kinds = ["group", "login method", "service token"];
  return becomes === "in the way" && id === undefined && kinds.includes(kind);
}

/** Something that the code names, and no deploy can look up, as the doctor says it. */
export function inTheWay(
  kind: string,
  name = "",
  why: string | undefined,
  todo: string | undefined,
): Row {
  const becomes = "in the way";
  return { kind, name, becomes, why, todo, afterDestroy: UNTOUCHED };
}
