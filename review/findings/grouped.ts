import type { Finding } from "./finding";

/** Findings that say the same of several things. */
export interface FindingGroup extends Omit<Finding, "subject"> {
  readonly subjects: readonly string[];
}

/** Findings in their order, with those together that say the same: of 300 services nobody reads it 300 times. */
export function grouped(findings: readonly Finding[]): FindingGroup[] {
  const groups = new Map<string, FindingGroup & { subjects: string[] }>();
  for (const { subject, ...finding } of findings) {
    const key = JSON.stringify(finding);
    const group = groups.get(key);
    if (group?.subjects.includes(subject)) continue;
    if (group) group.subjects.push(subject);
    else groups.set(key, { ...finding, subjects: [subject] });
  }
  return [...groups.values()];
}
