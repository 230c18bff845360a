import { compilePath } from "./match";
import { originRequestFaults } from "./origin-request";
import { isCatchAll, type IngressRule } from "./rule";
import { serviceFault } from "./service";

/**
 * Why cloudflared would refuse a whole ingress document, one sentence for each
 * fault; empty where it takes it. It then keeps running on the document it had.
 * No rules at all are no fault: cloudflared answers 503 to everything.
 *
 * @param defaults The document's top-level `originRequest`.
 */
export function ingressFaults(
  rules: readonly IngressRule[],
  defaults: IngressRule["originRequest"] = {},
): string[] {
  const wrongDefaults = originRequestFaults(defaults).map(
    (fault) => `the whole document: ${fault}`,
  );
  const wrongRules = rules.flatMap((rule, index) => {
    const last = index === rules.length - 1;
    const faults = ruleFaults(rule, defaults);
    if (last && !isCatchAll(rule)) {
      faults.push(
        "the last rule must take every request: no hostname, no path",
      );
    }
    if (!last && isCatchAll(rule)) {
      faults.push("only the last rule may take every request");
    }
    return faults.map((fault) => `rule ${index + 1}: ${fault}`);
  });
  return [...wrongDefaults, ...wrongRules];
}

/** Why cloudflared would refuse one rule, wherever it stands. */
export function ruleFaults(
  rule: IngressRule,
  defaults: IngressRule["originRequest"] = {},
): string[] {
  const bastion =
    rule.originRequest?.["bastionMode"] ?? defaults?.["bastionMode"];
  return [
    hostnameFault(rule.hostname ?? ""),
    pathFault(rule.path ?? ""),
    serviceFault(rule.service ?? "", { bastion: bastion === true }),
    ...originRequestFaults(rule.originRequest, {
      socks: rule.service === "socks-proxy",
    }),
  ].filter((fault) => fault !== undefined);
}

/** Why cloudflared would refuse a rule's hostname. */
export function hostnameFault(hostname: string): string | undefined {
  if (/^(?:\[[^[\]]*\]|[^:[\]]*):[^:[\]]*$/.test(hostname)) {
    return `hostname "${hostname}" must not have a port`;
  }
  if (hostname.lastIndexOf("*") > 0) {
    return `hostname "${hostname}" may have one "*" only, as its first label: "*.example.com"`;
  }
  return undefined;
}

/** Why cloudflared would refuse a rule's path, a Go regular expression. */
export function pathFault(path: string): string | undefined {
  try {
    compilePath(path);
    return undefined;
  } catch (error) {
    return `path "${path}" is no Go regular expression: ${error instanceof Error ? error.message : String(error)}`;
  }
}
