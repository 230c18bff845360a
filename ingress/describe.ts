import type { IngressRule } from "./rule";

/**
 * A rule in people's words, by its place in the dashboard's list, which starts
 * with 1: "rule 3, n8n.example.com ^/webhook to http://n8n:5678".
 */
export function describeRule(
  rules: readonly IngressRule[],
  index: number,
): string {
  const { hostname, path, service } = rules[index] ?? {};
  return `rule ${index + 1}, ${hostname || "any host"}${path ? ` ${path}` : ""} to ${service}`;
}
