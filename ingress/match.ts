import { domainToASCII } from "node:url";

import { RE2JS } from "re2js";

import { takesEveryHost, type IngressRule } from "./rule";

/**
 * The index of the rule that a request reaches, as cloudflared decides it: the
 * first that matches, else the last rule whatever it says. -1 where there is no
 * rule at all (cloudflared then answers 503).
 *
 * @param host The request's Host, with or without a port.
 * @param path The request's path, percent-decoded: see `decodePath`.
 * @example
 * ```ts
 * import { findMatchingRule } from "access-stacks/ingress";
 *
 * const rules = [
 *   { hostname: "wiki.example.com", service: "http://wiki:3000" },
 *   { service: "http_status:404" },
 * ];
 * console.log(findMatchingRule(rules, "wiki.example.com", "/"));
 * ```
 * @throws where a rule before the matching one has an invalid `path`.
 */
export function findMatchingRule(
  rules: readonly IngressRule[],
  host: string,
  path: string,
): number {
  const hostname = stripPort(host);
  const index = rules.findIndex((rule) => matchesRule(rule, hostname, path));
  return index >= 0 ? index : rules.length - 1;
}

/**
 * The same where rules are only looked at, and one with an invalid `path`, whose
 * document cloudflared refuses, takes no request.
 */
export function findAnsweringRule(
  rules: readonly IngressRule[],
  host: string,
  path: string,
): number {
  const index = rules.findIndex((rule) => {
    try {
      return matchesRule(rule, stripPort(host), path);
    } catch {
      return false;
    }
  });
  return index >= 0 ? index : rules.length - 1;
}

/** Whether one rule matches a hostname (without a port) and a decoded path. */
export function matchesRule(
  rule: IngressRule,
  hostname: string,
  path: string,
): boolean {
  return matchesHostname(rule, hostname) && matchesPath(rule, path);
}

/**
 * Whether a rule takes a hostname. `*.example.com` takes names at any depth
 * below `example.com`, and not `example.com` itself. Names are compared as
 * they are; a rule written in capitals or in Unicode matches its ASCII form
 * as well.
 */
export function matchesHostname(rule: IngressRule, hostname: string): boolean {
  if (takesEveryHost(rule)) return true;
  return hostForms(rule.hostname!).some(
    (form) =>
      form === hostname ||
      (form.startsWith("*.") && hostname.endsWith(form.slice(1))),
  );
}

const forms = new Map<string, readonly string[]>();

/** The spellings of its hostname under which cloudflared knows a rule. */
export function hostForms(hostname: string): readonly string[] {
  let found = forms.get(hostname);
  if (found === undefined) {
    const ascii = toAsciiForLookup(hostname);
    found =
      ascii === undefined || ascii === hostname
        ? [hostname]
        : [hostname, ascii];
    forms.set(hostname, found);
  }
  return found;
}

/** Whether a rule takes a decoded path. */
export function matchesPath(rule: IngressRule, path: string): boolean {
  return !rule.path || compilePath(rule.path).test(path);
}

const compiled = new Map<string, RE2JS>();

/** Compiles a rule's `path`. Throws where Go's `regexp` would refuse it. */
export function compilePath(path: string): RE2JS {
  let pattern = compiled.get(path);
  if (pattern === undefined) {
    pattern = RE2JS.compile(path);
    compiled.set(path, pattern);
  }
  return pattern;
}

/**
 * The path that rules are matched against: percent-decoded, and nothing else
 * is changed (`//` and `..` stay). `undefined` where the encoding is broken,
 * which cloudflared answers with 400.
 *
 * @param target The request target's path as it came in, for example `/a%20b`.
 */
export function decodePath(target: string): string | undefined {
  if (/%(?![0-9a-fA-F]{2})/.test(target)) return undefined;
  if (!target.includes("%")) return target;
  const bytes: Buffer[] = target
    .split(/(%[0-9a-fA-F]{2})/)
    .map((part) =>
      /^%[0-9a-fA-F]{2}$/.test(part)
        ? Buffer.from(part.slice(1), "hex")
        : Buffer.from(part, "utf8"),
    );
  return Buffer.concat(bytes).toString("utf8");
}

/** Go's `net.SplitHostPort`, where it succeeds; else the name as it is. */
export function stripPort(host: string): string {
  const match = /^(?:\[([^[\]]*)\]|([^:[\]]*)):[^:[\]]*$/.exec(host);
  return match ? (match[1] ?? match[2] ?? "") : host;
}

/**
 * `idna.Lookup.ToASCII` of Go: lower case, Punycode; refuses what is not a
 * strict host name, wildcards among them.
 */
function toAsciiForLookup(hostname: string): string | undefined {
  // Only ASCII letters, digits and inner hyphens, not where Punycode keeps its mark.
  const strict = (name: string): boolean =>
    name.split(".").every((label) => /^(?!-)[a-z0-9-]*(?<!-)$/i.test(label)) &&
    !name.split(".").some((label) => /^(?!xn)..--/i.test(label));
  const printableAscii = /^[ -~]*$/.test(hostname);
  if (printableAscii && !/xn--/i.test(hostname)) {
    return strict(hostname) ? hostname.toLowerCase() : undefined;
  }
  const ascii = domainToASCII(hostname);
  return ascii !== "" && strict(ascii) ? ascii : undefined;
}
