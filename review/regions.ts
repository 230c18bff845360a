import {
  contains,
  formatAddress,
  parseRange,
  representatives,
} from "../access/ip";
import type { Rule, RuleSet } from "../access/model";
import type { Change } from "./change";
import type { Region } from "./subjects";

/** No country has this code. */
const ELSEWHERE = "(other)";

/**
 * One country and address for each region that a rule of before or after cuts
 * out of the world, and one for all the rest.
 */
export function regionsOf({ after, before }: Change): Region[] {
  const countries = new Set<string>();
  const ranges = new Set<string>();
  for (const { access } of [before, after]) {
    const sets: RuleSet[] = [
      ...access.applications.flatMap(({ policies }) =>
        (policies ?? []).filter((policy) => typeof policy !== "string"),
      ),
      ...(access.policies ?? []),
      ...(access.groups ?? []),
    ];
    for (const { exclude, include, require } of sets)
      for (const rule of [include, require, exclude].flatMap((r) => r ?? [])) {
        const country = textIn(rule, "geo", "country_code");
        if (country) countries.add(country.toUpperCase());
        const range = textIn(rule, "ip", "ip");
        if (range && parseRange(range)) ranges.add(range);
      }
  }
  const known = [...ranges].map((text) => ({ text, range: parseRange(text)! }));
  const places = [
    ...[...countries].sort().map((country) => ({ country, label: country })),
    { country: ELSEWHERE, label: countries.size > 0 ? "another country" : "" },
  ];
  const addresses = representatives(known.map(({ range }) => range)).map(
    (address) => {
      const within = known
        .filter(({ range }) => contains(range, address))
        .sort((a, b) => (size(a.range) < size(b.range) ? -1 : 1));
      const elsewhere = ranges.size > 0 ? "any other address" : "";
      return {
        ip: formatAddress(address),
        label: within[0]?.text ?? elsewhere,
      };
    },
  );
  return addresses.flatMap(({ ip, label }) =>
    places.map((place) => ({
      ip,
      country: place.country,
      label: `from ${[place.label, label].filter(Boolean).join(", ") || "anywhere"}`,
    })),
  );
}

function size({
  first,
  last,
}: {
  readonly first: bigint;
  readonly last: bigint;
}) {
  return last - first;
}

function textIn(rule: Rule, selector: string, key: string): string {
  const values = rule[selector];
  const text: unknown = values && Reflect.get(values, key);
  return typeof text === "string" ? text : "";
}
