import { groupsSeen } from "../doctor/checks/groups";
import { loginMethodsSeen } from "../doctor/checks/login-method";
import { statesSeen } from "../doctor/checks/state-versions";
import { madeTwice } from "../doctor/checks/tunnel";
import type { Seen } from "../doctor/check";
import { inTheWay, withTaken } from "./named";
import type { Part, Scene } from "./survey";

/**
 * What stops the deploy of a stack that a service's depends on, or of any by its
 * state, as the doctor says it: the service is then left out. What the service
 * itself names has rows of its own.
 */
export async function otherStacks(scene: Scene): Promise<Part> {
  const rows = [
    ...statesSeen(scene.plans).map((seen) => [seen.about, seen] as const),
    ...(await twiceLoginMethods(scene)),
    ...(await twiceGroups(scene)),
    ...(await twiceTunnels(scene)),
  ].flatMap(([stack, { status, todo, what }]) =>
    status === "problem" ? inTheWay("stack", stack, what, todo) : [],
  );
  return { rows, lines: [] };
}

type OfStack = readonly [stack: string, seen: Seen];

async function twiceLoginMethods(scene: Scene): Promise<OfStack[]> {
  const { account, plans, service } = scene;
  const { lookedUp = [], loginMethods } = plans;
  const offered = service.notes?.loginMethods ?? [];
  const here = [...loginMethods, ...lookedUp];
  if (here.length === 0) return [];
  const all = await account.loginMethods();
  const made = withTaken(loginMethods, all, scene.taken);
  const seen = await loginMethodsSeen({
    account,
    settings: account.settings,
    plans: { ...plans, services: [service], loginMethods: made },
  });
  // Of one that the service offers and the account has, its own row tells.
  const isTold = (about: string | undefined) =>
    about !== undefined &&
    offered.includes(about) &&
    (lookedUp.some(({ name }) => name === about) ||
      all.some(
        ({ id, name }) =>
          name === about && made.every((method) => method.id !== id),
      ));
  return here.flatMap(({ name, stack }): OfStack[] =>
    seen
      .filter(({ about }) => about === name && !isTold(about))
      .map((one) => [stack, one]),
  );
}

async function twiceGroups(scene: Scene): Promise<OfStack[]> {
  const { account, plans, service } = scene;
  const others = plans.groups.filter(
    ({ name }) => !service.allowedGroups.includes(name),
  );
  if (others.length === 0) return [];
  const all = await account.groups();
  const groups = withTaken(others, all, scene.taken);
  return groupsSeen(all, { services: [], groups }).flatMap((seen): OfStack[] =>
    groups
      .filter(({ name }) => name === seen.about)
      .map(({ stack }) => [stack, seen]),
  );
}

async function twiceTunnels({
  account,
  plans: { tunnels },
}: Scene): Promise<OfStack[]> {
  if (tunnels.length === 0) return [];
  const names = (await account.tunnels()).map(({ name }) => name);
  return tunnels.flatMap((made): OfStack[] => {
    const seen = madeTwice(made, names, account);
    return seen ? [[made.stack, seen]] : [];
  });
}
