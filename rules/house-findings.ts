import type { Change } from "../review/change";
import { quoted } from "../base/quoted";
import type { Finding } from "../review/findings/finding";
import { checkRules, type CheckOptions, type Violation } from "./check";

/** What the house rules say of a change, as findings of its review. */
export function houseFindings(
  change: Change,
  options: CheckOptions = {},
): Finding[] {
  const { born, broken, givenBack, stretched, waived } = checkRules(
    change,
    options,
  );
  return [
    ...broken.map(asError),
    ...givenBack.map(({ about, rule, stack, what }) => ({
      id: rule,
      severity: "note" as const,
      subject: `${stack}: ${about}`,
      text: `${what}, as before the first deploy: the application is given back (house rule ${rule})`,
    })),
    ...waived.map(({ about, rule, stack, waiver, what }) => ({
      id: rule,
      severity: "note" as const,
      subject: `${stack}: ${about}`,
      text: `${what}: the house rule ${rule} is waived until ${waiver.until}, because: ${waiver.reason}`,
    })),
    ...stretched.map(({ about, rule, stack, waiver }) => ({
      id: "waiver-older",
      severity: "warning" as const,
      subject: `${stack}: ${about}`,
      text: `an older waiver of the house rule ${rule}, for ${quoted(waiver.found ?? "")}, covers what this change adds here`,
      remedy: "make sure that the waiver is meant for this",
    })),
    ...born.map(({ resource, rule, stack }) => ({
      id: "waiver-new",
      severity: "warning" as const,
      subject: `${stack}: ${resource ?? rule}`,
      text: `the waiver of the house rule ${rule} comes in the same change that it excuses`,
      remedy: "have someone other than its author approve it",
    })),
  ];
}

/** A broken rule as a finding. */
export function asError(violation: Violation): Finding {
  const { about, remedy, rule, stack, what, why } = violation;
  return {
    id: rule,
    severity: "error",
    subject: `${stack}: ${about}`,
    text: `${what} (house rule ${rule}). ${why}`,
    remedy,
  };
}
