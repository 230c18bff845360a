import type { IngressRule } from "../../ingress/rule";
import { sameRule } from "../../providers/tunnel-route/document";
import { isJsonObject, meaning } from "../../providers/tunnel-route/json";

/**
 * In what a rule is another than it should be, setting by setting; nothing where
 * both mean the same to a connector.
 */
export function ruleDifferences(
  wanted: IngressRule,
  found: IngressRule,
): string[] {
  if (sameRule(wanted, found)) return [];
  const [to, from] = [flat(wanted), flat(found)];
  const names = new Set([...to.keys(), ...from.keys()]);
  return [...names].flatMap((name) => {
    const [should, is] = [to.get(name), from.get(name)];
    return should === is
      ? []
      : `${name} is ${is ?? "not set"} instead of ${should ?? "not set"}`;
  });
}

/** Names of the settings in a rule's `originRequest`, but for its demand of a JWT. */
export function settingsOf({ originRequest }: IngressRule): string[] {
  return Object.entries(originRequest ?? {})
    .filter(([name, value]) => name !== "access" && value != null)
    .map(([name]) => name);
}

/** Every setting of a rule by its name, as text to compare. */
function flat(rule: IngressRule): Map<string, string> {
  const { hostname, path, originRequest, ...rest } = rule;
  void hostname;
  void path;
  const found = new Map<string, string>();
  const add = (name: string, value: unknown): void => {
    if (value == null) return;
    if (isJsonObject(value))
      for (const [key, inner] of Object.entries(value))
        add(`${name}.${key}`, inner);
    else found.set(name, meaning(value));
  };
  for (const [name, value] of Object.entries({ ...rest, ...originRequest }))
    add(name, value);
  if (found.get("access.required") === "false") found.delete("access.required");
  return found;
}
