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
    const attributes = attributesOf({
      name,
      tests: results.length,
      failures: count("broken"),
      skipped: count("not checked"),
    });
    const cases = results.map((result) => testCase(name, result));
    return `  <testsuite${attributes}>\n${cases.join("")}  </testsuite>\n`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="probe">\n${suites.join("")}</testsuites>\n`;
}

function testCase(name: string, { check, finding }: Result): string {
  const start = `    <testcase${attributesOf({ classname: `${name}.${check.id}`, name: check.promise })}`;
  if (finding.status === "kept")
    return `${start}>\n      <system-out>${escaped(finding.seen)}</system-out>\n    </testcase>\n`;
  if (finding.status === "not checked")
    return `${start}>\n      <skipped${attributesOf({ message: finding.why })}/>\n    </testcase>\n`;
  const { cause, remedy, seen } = finding;
  return `${start}>\n      <failure${attributesOf({ message: cause })}>${escaped(`seen: ${seen}\nremedy: ${remedy}`)}</failure>\n    </testcase>\n`;
}

function attributesOf(values: Record<string, string | number>): string {
  return Object.entries(values)
    .map(([key, value]) => ` ${key}="${escaped(String(value))}"`)
    .join("");
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};

/** As text of XML, which has no place for control characters. */
function escaped(text: string): string {
  return text
    .replace(/[&<>"]/g, (character) => ENTITIES[character] ?? "")
    .replace(/(?![\t\n\r])\p{Cc}/gu, "\ufffd");
}
