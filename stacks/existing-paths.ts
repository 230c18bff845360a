import { isObject, shown } from "../constructs/known-props";
import type { ServiceStackProps } from "./service-stack-props";

/** Ids of the applications that are taken over for paths, and what is wrong with what is given. */
export function existingPaths({
  existingApplication,
  existingPathApplications: given = {},
  openPaths = [],
  tokens = [],
}: ServiceStackProps): {
  readonly faults: readonly string[];
  readonly usable: ReadonlyMap<string, string>;
} {
  const prop = "existingPathApplications";
  if (!isObject(given))
    return {
      faults: [
        `${prop} must be an object such as { "/hook": "<id>" }, got ${shown(given)}`,
      ],
      usable: new Map(),
    };
  const paths = [...openPaths, ...tokens.flatMap(({ paths = [] }) => paths)];
  const owners = new Map([[existingApplication, "existingApplication"]]);
  const usable = new Map<string, string>();
  const faults: string[] = [];
  for (const [path, id] of Object.entries(given) as [string, unknown][]) {
    const at = `${prop}[${JSON.stringify(path)}]`;
    const wrong: string[] = [];
    if (!paths.includes(path))
      wrong.push(
        `${at} is of no path that openPaths or a token's paths names: name it there, or leave it out`,
      );
    if (typeof id !== "string" || !ID.test(id))
      wrong.push(
        `${at} must be the id of an application (Zero Trust, Access controls, Applications), got ${shown(id)}`,
      );
    else if (owners.has(id))
      wrong.push(
        `${at} names ${id}, as ${owners.get(id)} does: an application is taken over for one place`,
      );
    else owners.set(id, at);
    faults.push(...wrong);
    if (wrong.length === 0) usable.set(path, String(id));
  }
  return { faults, usable };
}

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
