/** How much a finding matters, the worst first. An `error` fails the command. */
export const SEVERITIES = ["error", "warning", "note"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** For sorting: the worst first. */
export function bySeverity(
  a: { readonly severity: Severity },
  b: { readonly severity: Severity },
): number {
  return SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity);
}
