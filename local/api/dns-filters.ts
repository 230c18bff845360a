import type { DnsRecord } from "../account-objects";
import { admits } from "./fields";

/** Fields with operators: `name=…`, `name.exact=…`, `content.contains=…`. */
const OPERATORS: Record<string, (value: string, wanted: string) => boolean> = {
  exact: (value, wanted) => value === wanted,
  contains: (value, wanted) => value.includes(wanted),
  startswith: (value, wanted) => value.startsWith(wanted),
  endswith: (value, wanted) => value.endsWith(wanted),
};

/**
 * Whether a record is what the query of a list asks for.
 *
 * @see https://developers.cloudflare.com/api/resources/dns/subresources/records/methods/list/
 */
export function matchesDnsQuery(
  record: DnsRecord,
  query: URLSearchParams,
): boolean {
  const answers: boolean[] = [];
  for (const field of ["name", "content", "comment"] as const) {
    const value = (record[field] ?? "").toLowerCase();
    for (const [operator, holds] of Object.entries(OPERATORS)) {
      const wanted =
        query.get(`${field}.${operator}`) ??
        (operator === "exact" ? query.get(field) : null);
      if (wanted !== null) answers.push(holds(value, wanted.toLowerCase()));
    }
  }
  for (const [name, present] of [
    ["comment.absent", record.comment === null],
    ["comment.present", record.comment !== null],
  ] as const) {
    if (query.has(name)) answers.push(present);
  }
  const type = query.get("type");
  if (type !== null) answers.push(record.type === type);
  const proxied = query.get("proxied");
  if (proxied !== null) answers.push(record.proxied === (proxied === "true"));
  for (const tag of query.getAll("tag.exact")) {
    answers.push(record.tags.includes(tag));
  }

  const matched =
    query.get("match") === "any"
      ? answers.length === 0 || answers.includes(true)
      : !answers.includes(false);
  return (
    matched &&
    admits(query, "search", (wanted) =>
      [record.name, record.content, record.comment ?? ""].some((value) =>
        value.includes(wanted),
      ),
    )
  );
}

/** Sorts in place, as `order` and `direction` of the query ask. */
export function sortByDnsQuery(
  records: DnsRecord[],
  query: URLSearchParams,
): void {
  const order = query.get("order");
  const field = (["type", "name", "content", "ttl", "proxied"] as const).find(
    (name) => name === order,
  );
  if (field !== undefined) {
    records.sort((a, b) =>
      String(a[field]).localeCompare(String(b[field]), "en", { numeric: true }),
    );
  }
  if (query.get("direction") === "desc") records.reverse();
}
