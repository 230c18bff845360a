/**
 * Faults that a look at one object alone does not show: ids given twice, and
 * ids of things that the file does not have. Works on a file whose shape is
 * wrong too, so that all faults can be told at once.
 */
export function referenceFaults(file: unknown): string[] {
  const faults: string[] = [];
  const ids = (section: string): unknown[] =>
    objects(file, section).map(({ id }) => id);

  for (const section of SECTIONS) {
    const seen = new Set<unknown>();
    for (const [index, id] of ids(section).entries()) {
      if (seen.has(id)) {
        faults.push(`${section}.${index}.id: ${String(id)} is given twice`);
      }
      seen.add(id);
    }
  }
  for (const [section, field, target] of REFERENCES) {
    const known = ids(target);
    for (const [index, object] of objects(file, section).entries()) {
      for (const id of [object[field] ?? []].flat()) {
        if (!known.includes(id)) {
          faults.push(
            `${section}.${index}.${field}: there is no ${String(id)} in ${target}`,
          );
        }
      }
    }
  }
  return faults;
}

const SECTIONS = [
  "zones",
  "dns_records",
  "tunnels",
  "identity_providers",
  "groups",
  "policies",
  "applications",
  "service_tokens",
  "api_tokens",
];

/** Section, field with one id or several, and the section they point into. */
const REFERENCES = [
  ["dns_records", "zone_id", "zones"],
  ["applications", "policies", "policies"],
  ["applications", "allowed_idps", "identity_providers"],
] as const;

function objects(file: unknown, section: string): Record<string, unknown>[] {
  const list: unknown = isRecord(file) ? file[section] : undefined;
  return Array.isArray(list) ? list.filter(isRecord) : [];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
