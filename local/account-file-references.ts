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
      for (const given of [object[field] ?? []].flat()) {
        const id = isRecord(given) ? given.id : given;
        if (!known.includes(id)) {
          faults.push(
            `${section}.${index}.${field}: there is no ${String(id)} in ${target}`,
          );
        }
      }
    }
  }
  return [...faults, ...placeFaults(file), ...inlineFaults(file)];
}

/** Types of applications that stand on a host. */
export const HOST_TYPES = ["self_hosted", "ssh", "vnc", "rdp"];

function placeFaults(file: unknown): string[] {
  return objects(file, "applications").flatMap(
    ({ destinations, domain, type = "self_hosted" }, index) =>
      HOST_TYPES.includes(String(type)) && !domain && !destinations
        ? [`applications.${index}: needs a domain or destinations`]
        : [],
  );
}

/** A policy that was written inside an application has that one and no other. */
function inlineFaults(file: unknown): string[] {
  const listed = objects(file, "applications").flatMap(({ policies }) =>
    Array.isArray(policies)
      ? policies.map((given: unknown) => (isRecord(given) ? given.id : given))
      : [],
  );
  return objects(file, "policies").flatMap(({ id, reusable }, index) => {
    const users = listed.filter((one) => one === id).length;
    return reusable === false && users !== 1
      ? [
          `policies.${index}: is not reusable, so exactly one application must list it, got ${users}`,
        ]
      : [];
  });
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

/**
 * Section, field with one id or several, and the section they point into. An
 * application goes on naming a login method that was deleted.
 */
const REFERENCES = [
  ["dns_records", "zone_id", "zones"],
  ["applications", "policies", "policies"],
] as const;

function objects(file: unknown, section: string): Record<string, unknown>[] {
  const list: unknown = isRecord(file) ? file[section] : undefined;
  return Array.isArray(list) ? list.filter(isRecord) : [];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
