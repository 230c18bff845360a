import type { Policy, Rule } from "../access/model";
import { API_SPELLINGS } from "../access/selectors";
import { withCodePoints } from "../base/printable";
import type { StatedPeople } from "../contract/service-notes";

/**
 * What a policy says beyond what the code states of the people whom a service
 * allows: rules that let others in, and demands that are left out.
 */
export function beyondStated(policy: Policy, stated: StatedPeople): string[] {
  const among = (rule: Entry, all: readonly Entry[]) =>
    all.some((other) => fits(rule, other));
  const [include, require, exclude] = (
    ["include", "require", "exclude"] as const
  ).map((name) => ({
    is: entriesOf(policy[name] ?? []),
    said: entriesOf(stated[name] ?? []),
  }));
  return [
    ...include!.is
      .filter((rule) => !among(rule, include!.said))
      .map((rule) => `admits ${wordOf(rule)}`),
    ...require!.said
      .filter((rule) => !require!.is.some((one) => fits(one, rule)))
      .map((rule) => `no longer requires ${wordOf(rule)}`),
    ...exclude!.said
      .filter((rule) => !exclude!.is.some((one) => fits(one, rule)))
      .map((rule) => `no longer excludes ${wordOf(rule)}`),
  ];
}

type Entry = readonly [selector: string, values: object];

function entriesOf(rules: readonly Rule[]): Entry[] {
  return rules.flatMap((rule) =>
    Object.entries(rule).flatMap(([selector, values]): Entry[] =>
      values ? [[API_SPELLINGS[selector] ?? selector, values]] : [],
    ),
  );
}

/** Whether a rule may be the stated one, of which a plan may know more. */
function fits([selector, values]: Entry, [stated, wanted]: Entry): boolean {
  return (
    selector === stated &&
    Object.entries(wanted).every(([key, value]: [string, unknown]) => {
      const is: unknown = Reflect.get(values, key);
      if (typeof value !== "string") return true;
      if (/[$%]\{/.test(value)) return true;
      return (
        typeof is !== "string" ||
        is.toLowerCase().replace(/^@/, "") ===
          value.toLowerCase().replace(/^@/, "")
      );
    })
  );
}

function wordOf([selector, values]: Entry): string {
  const [value]: unknown[] = Object.values(values);
  const isPlain = selector === "email" || selector === "email_domain";
  return typeof value === "string" && isPlain
    ? withCodePoints(
        selector === "email" ? value : `@${value.replace(/^@/, "")}`,
      )
    : `${selector} ${JSON.stringify(values)}`;
}
