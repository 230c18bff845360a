import { TerraformStack, Testing } from "cdktf";
import { guestsIn, type Guest } from "../../contract/guests";
import { AccessRule } from "../../constructs/access-rule";
import { addGuests } from "../../stacks/guests";

const NOW = new Date("2026-11-28T12:00:00.000Z");
const BOB = "bob@example.com";

/** What becomes of a list of guests at synth. */
function added(guests: readonly Guest[], emails: readonly string[] = []) {
  const stack = new TerraformStack(Testing.app(), "web");
  const rules = addGuests(stack, guests, {
    others: {
      allowedEmails: emails.map(AccessRule.email),
      allowedEmailDomains: [AccessRule.emailDomain("Example.org")],
      allowed: [AccessRule.email("dora@example.net")],
      denied: [AccessRule.emailDomain("left.example")],
    },
    now: NOW,
    timeZone: "Europe/Berlin",
  });
  const { output = {} } = JSON.parse(Testing.synth(stack)) as {
    output?: Record<string, { value: unknown }>;
  };
  const outputs = { guests: output.guests?.value };
  return {
    admitted: rules.map(({ _block }) => _block),
    listed: guestsIn(outputs).map(({ email }) => email),
    faults: stack.node.validate(),
    warnings: stack.node.metadata
      .filter(({ type }) => type === "@cdktf/warn")
      .map(({ data }) => String(data)),
  };
}

const person = (email: string) => ({ email: { email } });

test("admits a guest until their day is over, and lists them still after it", () => {
  expect(
    added([
      { email: "Bob@example.com", until: "2026-11-28" },
      { email: "eve@example.com", until: "2026-11-27" },
    ]),
  ).toMatchObject({
    admitted: [person(BOB)],
    listed: [BOB, "eve@example.com"],
    faults: [],
    warnings: [
      "the guest eve@example.com was allowed until Friday, 27 November 2026, 24:00 Europe/Berlin, and this code admits them no more: remove them from guests",
    ],
  });
});

test("says nothing without guests", () => {
  expect(added([])).toEqual({
    admitted: [],
    listed: [],
    faults: [],
    warnings: [],
  });
});

test.each([
  ["too far off", BOB, "2028-01-01", "in more than a year"],
  [
    "of a person who is allowed",
    "ann@example.com",
    "2026-12-06",
    "allowed anyway, by allowedEmails",
  ],
  [
    "of a person whose domain is",
    "kim@example.org",
    "2026-12-06",
    "by allowedEmailDomains",
  ],
  [
    "of a person whom a rule allows",
    "dora@example.net",
    "2026-12-06",
    "by allowed:",
  ],
  [
    "of a person who is left out",
    "eve@left.example",
    "2026-12-06",
    "is left out by denied: their last day changes nothing",
  ],
])("warns of a date %s", (_, email, until, says) => {
  const { faults, warnings } = added([{ email, until }], ["Ann@example.com"]);
  expect(faults).toEqual([]);
  expect(warnings).toEqual([expect.stringContaining(says)]);
});

test("has no date for those to whom it makes no difference", () => {
  const { admitted, listed } = added(
    ["ann@example.com", "kim@example.org", "eve@left.example", BOB].map(
      (email) => ({ email, until: "2026-12-06" }),
    ),
    ["ann@example.com"],
  );
  expect(listed).toEqual([BOB]);
  expect(admitted).toEqual([person(BOB)]);
});

test("refuses what is no day, no address, and a guest who is named twice", () => {
  const { faults } = added([
    { email: BOB, until: "Sunday" },
    { email: "eve@example.com", until: "2026-12-06" },
    { email: "Eve@example.com", until: "2026-12-07" },
  ]);
  expect(faults.join("\n")).toContain(
    `the guest ${BOB} needs a last day such as until: "2026-12-06", or a minute such as "2026-12-06T18:00", got "Sunday"`,
  );
  expect(faults.join("\n")).toContain("eve@example.com is named twice");
});
