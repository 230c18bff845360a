import type { Account } from "../account";
import type { Zone } from "../account-objects";
import { ApiError, ok, page } from "./envelope";
import { admits } from "./fields";
import { route, type Routes } from "./router";

/**
 * Zones that the token can see; some may belong to another account.
 *
 * @see https://developers.cloudflare.com/api/resources/zones/
 */
export function zones(account: Account): Routes {
  const read = "Zone Read";
  return {
    "GET /zones": route(read, ({ query }) => {
      const found = [...account.zones.values()].filter((zone) =>
        matches(zone, query),
      );
      if (query.get("direction") === "desc") found.reverse();
      return page(structuredClone(found), query, 20);
    }),

    "GET /zones/:zone": route(read, ({ params }) =>
      ok(structuredClone(findZone(account, params.zone))),
    ),
  };
}

/** @throws ApiError 1001 */
export function findZone(account: Account, id: string | undefined): Zone {
  const zone = account.zones.get(id ?? "");
  if (zone === undefined) {
    throw new ApiError(404, 1001, "Invalid zone identifier");
  }
  return zone;
}

function matches(zone: Zone, query: URLSearchParams): boolean {
  const answers = FILTERS.filter(([name]) => query.get(name) !== null).map(
    ([name, holds]) => admits(query, name, (wanted) => holds(zone, wanted)),
  );
  return query.get("match") === "any"
    ? answers.length === 0 || answers.includes(true)
    : !answers.includes(false);
}

const FILTERS: [string, (zone: Zone, wanted: string) => boolean][] = [
  ["name", (zone, wanted) => nameMatches(zone.name, wanted)],
  ["status", (zone, wanted) => zone.status === wanted],
  ["account.id", (zone, wanted) => zone.account.id === wanted],
  ["account.name", (zone, wanted) => zone.account.name === wanted],
  ["type", (zone, wanted) => wanted.split(",").includes(zone.type)],
];

/** `example.com`, or an operator before it as in `starts_with:example`. */
function nameMatches(name: string, filter: string): boolean {
  const [, operator = "equal", wanted = filter] =
    /^([a-z_]+):(.*)$/.exec(filter) ?? [];
  switch (operator) {
    case "not_equal":
      return name !== wanted;
    case "starts_with":
    case "starts_with_case_sensitive":
      return name.startsWith(wanted);
    case "ends_with":
    case "ends_with_case_sensitive":
      return name.endsWith(wanted);
    case "contains":
    case "contains_case_sensitive":
      return name.includes(wanted);
    default:
      return name === wanted.toLowerCase();
  }
}
