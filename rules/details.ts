import type { Group, Policy, RuleSet } from "../access/model";
import { API_SPELLINGS } from "../access/selectors";
import type { Managed } from "./managed";

/** All by which a policy decides, as one text: of another policy it is another one. */
export function policyDetails(policy: Policy, managed: Managed): string {
  return JSON.stringify([policy.decision ?? null, ...ruleSet(policy, managed)]);
}

/** Where the stack leads a host, as one text. */
export function routeDetails(
  { host, stack }: { readonly host: string; readonly stack: string },
  managed: Managed,
): string {
  const own = <T extends { readonly stack: string }>(all: readonly T[]) =>
    all.filter((one) => one.stack === stack);
  return JSON.stringify([
    own(managed.routes)
      .filter(({ after }) => after.hostname === host)
      .map(({ after }) => [after.path ?? "", after.rule.service ?? ""]),
    own(managed.records)
      .filter(({ after }) => after.name === host)
      .map(({ after }) => [after.type, after.content]),
  ]);
}

function ruleSet(
  { exclude, include, require }: RuleSet,
  managed: Managed,
  seen: ReadonlySet<string> = new Set(),
): unknown[] {
  return [include, require, exclude].map((rules) =>
    (rules ?? []).flatMap((rule) =>
      Object.entries(rule).flatMap(([selector, values]): unknown[] => {
        const id: unknown = values && Reflect.get(values, "id");
        const group =
          selector === "group" && typeof id === "string" && !seen.has(id)
            ? managed.group(id)
            : undefined;
        return values === null || values === undefined
          ? []
          : [
              [
                API_SPELLINGS[selector] ?? selector,
                known(values),
                ofGroup(group),
              ],
            ];
      }),
    ),
  );

  function ofGroup(group: Group | undefined): unknown {
    return group
      ? ruleSet(group, managed, new Set([...seen, group.id ?? ""]))
      : null;
  }
}

/** Values but for those that are left out. */
function known(values: object): unknown {
  return Object.entries(values)
    .filter(([, value]) => value !== null && value !== undefined)
    .sort(([one], [other]) => (one < other ? -1 : 1));
}
