import { stripVTControlCharacters } from "node:util";
import { broken, kept, notChecked, type ProbeCheck } from "../../probe/check";
import { toJunit } from "../../probe/junit";
import { isBroken, toJson, toTable } from "../../probe/report";

const check = (id: string): ProbeCheck => ({
  id,
  promise: `Promise <${id}>`,
  run: async () => kept(""),
});
const result = {
  kept: { check: check("a"), finding: kept("200 & fine") },
  broken: {
    check: check("b"),
    finding: broken('said "no"\u0007', "cause < effect", "do & see"),
  },
  unchecked: { check: check("c"), finding: notChecked("nobody is here") },
};
const findings = new Map([
  ["one", [result.kept, result.broken]],
  ["two", [result.unchecked]],
]);

test("people get a table, with cause and remedy below what is broken", () => {
  expect(stripVTControlCharacters(toTable(findings))).toBe(
    [
      "one",
      "  kept         Promise <a>: 200 & fine",
      '  BROKEN       Promise <b>: said "no" ',
      "               cause: cause < effect",
      "               remedy: do & see",
      "",
      "two",
      "  not checked  Promise <c>: nobody is here",
      "",
      "1 kept, 1 broken, 1 not checked",
    ].join("\n"),
  );
});

test("programs get JSON by service", () => {
  expect(JSON.parse(toJson(findings))).toEqual({
    one: [
      { id: "a", promise: "Promise <a>", status: "kept", seen: "200 & fine" },
      {
        id: "b",
        promise: "Promise <b>",
        status: "broken",
        seen: 'said "no"\u0007',
        cause: "cause < effect",
        remedy: "do & see",
      },
    ],
    two: [
      {
        id: "c",
        promise: "Promise <c>",
        status: "not checked",
        why: "nobody is here",
      },
    ],
  });
});

test("CI gets JUnit's XML, whatever characters a service sent", () => {
  expect(toJunit(findings)).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="probe">
  <testsuite name="one" tests="2" failures="1" skipped="0">
    <testcase classname="one.a" name="Promise &lt;a&gt;">
      <system-out>200 &amp; fine</system-out>
    </testcase>
    <testcase classname="one.b" name="Promise &lt;b&gt;">
      <failure message="cause &lt; effect">seen: said &quot;no&quot;\ufffd
remedy: do &amp; see</failure>
    </testcase>
  </testsuite>
  <testsuite name="two" tests="1" failures="0" skipped="1">
    <testcase classname="two.c" name="Promise &lt;c&gt;">
      <skipped message="nobody is here"/>
    </testcase>
  </testsuite>
</testsuites>
`);
});

test("what was not checked is neither kept nor broken", () => {
  expect(isBroken(findings)).toBe(true);
  expect(isBroken(new Map([["two", [result.unchecked]]]))).toBe(false);
});
