import { dated, guestsOutput } from "../../contract/guests";
import type { Group, Rule } from "../../access/model";
import type { Change, Plan, PlannedResource } from "../../review/change";
import { guestFindings } from "../../review/guests";

const NOW = new Date("2026-11-28T12:00:00Z");
const EMAIL = "bob@example.com";
const guest = (until: string) =>
  dated({ email: EMAIL, until }, "Europe/Berlin")!;

function findings({
  after,
  before,
  groups = [],
  names,
}: {
  readonly after?: string;
  readonly before?: string;
  /** Whether the policy names them, before and after. */
  readonly names: readonly [boolean, boolean];
  /** Those of the account, of which the policy admits "artists". */
  readonly groups?: readonly Group[];
}) {
  const outputs = (until?: string) => ({
    guests: until === undefined ? undefined : guestsOutput([guest(until)]),
  });
  const policy = (named: boolean) => ({
    decision: "allow",
    include: [
      ...(named ? [{ email: { email: EMAIL } }] : []),
      { group: { id: "artists" } },
    ],
  });
  const people = {
    kind: "policy",
    before: policy(names[0]),
    after: policy(names[1]),
  } as unknown as PlannedResource<"policy">;
  const plan = {
    stack: "comfyui",
    resources: [people],
    unread: [],
    outputs: outputs(after),
    outputsBefore: outputs(before),
  } as unknown as Plan;
  const change = { plans: [plan], after: { access: { groups } } };
  return guestFindings(change as unknown as Change, NOW).map(
    ({ id, subject, text }) => `${id} ${subject}: ${text}`,
  );
}

test("says until when a new guest may", () => {
  expect(findings({ after: "2026-12-06", names: [false, true] })).toEqual([
    "guest comfyui: bob@example.com: a guest until Sunday, 6 December 2026, 24:00 Europe/Berlin",
  ]);
});

test("says of a guest who stays longer what it was before", () => {
  expect(
    findings({
      before: "2026-12-06",
      after: "2026-12-07",
      names: [true, true],
    })[0],
  ).toMatch(/until Monday, 7 December .*, before until Sunday, 6 December /);
});

test("has nothing to say of one who stays as they were, or is out already", () => {
  const same = { before: "2026-12-06", after: "2026-12-06" };
  expect(findings({ ...same, names: [true, true] })).toEqual([]);
  const over = { before: "2026-11-27", after: "2026-11-27" };
  expect(findings({ ...over, names: [false, false] })).toEqual([]);
});

test("says who goes because their day is over", () => {
  const over = { before: "2026-11-27", after: "2026-11-27" };
  expect(findings({ ...over, names: [true, false] })).toEqual([
    "guest-over comfyui: bob@example.com: a guest until Friday, 27 November 2026, 24:00 Europe/Berlin: this deploy removes them",
  ]);
});

const artists = (include: readonly Rule[], more?: Partial<Group>): Group => ({
  ...{ id: "artists", name: "artists" },
  ...{ include, ...more },
});
const nested: Group = {
  ...{ id: "painters", name: "painters" },
  include: [{ email_domain: { domain: "Example.com" } }],
};

test.each([
  ["by their address", [artists([{ email: { email: "Bob@example.com" } }])]],
  [
    "by a group in it",
    [
      artists([{ group: { id: "painters" } }, { group: { id: "artists" } }]),
      nested,
    ],
  ],
])("says of a guest who is in a group %s that they stay", (_, groups) => {
  expect(
    findings({ after: "2026-12-06", names: [false, true], groups }),
  ).toEqual([
    expect.stringContaining(
      "but still allowed after that as a member of artists",
    ),
  ]);
});

test.each([
  ["of other people", [artists([{ email: { email: "ann@example.com" } }])]],
  [
    "that may leave them out",
    [
      artists([{ email: { email: EMAIL } }], {
        exclude: [{ geo: { country_code: "FR" } }],
      }),
    ],
  ],
  [
    "that asks for more",
    [
      artists([{ email: { email: EMAIL } }], {
        require: [{ geo: { country_code: "FR" } }],
      }),
    ],
  ],
])("says nothing of a group %s", (_, groups) => {
  expect(
    findings({ after: "2026-12-06", names: [false, true], groups }),
  ).toEqual([expect.stringMatching(/Europe\/Berlin$/)]);
});
