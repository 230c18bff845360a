import { dated, guestsOutput } from "../../contract/guests";
import type { Change, Plan, PlannedResource } from "../../review/change";
import { guestFindings } from "../../review/guests";

const NOW = new Date("2026-11-28T12:00:00Z");
const EMAIL = "bob@example.com";
const guest = (until: string) =>
  dated({ email: EMAIL, until }, "Europe/Berlin")!;

function findings({
  after,
  before,
  names,
}: {
  readonly after?: string;
  readonly before?: string;
  /** Whether the policy names them, before and after. */
  readonly names: readonly [boolean, boolean];
}) {
  const outputs = (until?: string) => ({
    guests: until === undefined ? undefined : guestsOutput([guest(until)]),
  });
  const policy = (named: boolean) => ({
    decision: "allow",
    include: named ? [{ email: { email: EMAIL } }] : [],
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
  return guestFindings({ plans: [plan] } as unknown as Change, NOW).map(
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
    "guest-over comfyui: bob@example.com: a guest until Friday, 27 November 2026, 24:00 Europe/Berlin: this deploy takes them out",
  ]);
});
