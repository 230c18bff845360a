import { markup, type Markup } from "../base/markup";
import type { Findings } from "./report";
import type { Result } from "./probe";

/**
 * JUnit's XML, as CI services show it: a suite for each service, a case for
 * each promise.
 *
 * @see https://github.com/testmoapp/junitxml
 */
export function toJunit(findings: Findings): string {
  const suites = [...findings].map(([name, results]) => {
    const count = (status: string) =>
      results.filter(({ finding }) => finding.status === status).length;
    return markup`  <testsuite name="${name}" tests="${results.length}" failures="${count("broken")}" skipped="${count("not checked")}">
${results.map((result) => testCase(name, result))}  </testsuite>
`;
  });
  return markup`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="probe">
${suites}</testsuites>
`.toString();
}

function testCase(name: string, { check, finding }: Result): Markup {
  return markup`    <testcase classname="${name}.${check.id}" name="${check.promise}">
      ${outcome(finding)}
    </testcase>
`;
}

function outcome(finding: Result["finding"]): Markup {
  switch (finding.status) {
    case "kept":
      return markup`<system-out>${finding.seen}</system-out>`;
    case "not checked":
      return markup`<skipped message="${finding.why}"/>`;
    case "broken": {
      const { cause, remedy, seen } = finding;
      return markup`<failure message="${cause}">seen: ${seen}
remedy: ${remedy}</failure>`;
    }
  }
}
