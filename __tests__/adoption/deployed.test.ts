import { deployed } from "../../adoption/deployed";

const policy = (id: string) => ({ id, name: `Policy ${id}`, reusable: true });
const SETTINGS = {
  ...{ name: "By hand", type: "self_hosted", domain: "a.x.io" },
  session_duration: "24h",
};
const BEFORE = { id: "app", ...SETTINGS, policies: [policy("theirs")] };
const STATE = {
  previous: JSON.stringify(BEFORE),
  document: JSON.stringify({ ...SETTINGS, session_duration: "1h" }),
  policies: ["ours"],
  not_kept: null,
};
const NOW = {
  ...{ id: "app", ...SETTINGS },
  session_duration: "1h",
  policies: [policy("ours")],
};

const LOGO = { logo_url: "https://x.io/l.png" };

test("one that is as it was deployed is given back", () => {
  expect(deployed(NOW, STATE)).toMatchObject({
    why: "deployed: its id and audience are as they were",
    changes: [],
    afterDestroy: "as before the first deploy",
  });
});

test("what somebody has changed of the stack's stops a destroy, and is written over by a deploy", () => {
  const listed = [policy("ours"), policy("theirs")];
  expect(
    deployed({ ...NOW, session_duration: "3h", policies: listed }, STATE),
  ).toMatchObject({
    changes: [
      { attribute: "session_duration", before: '"3h"', after: '"1h"' },
      {
        attribute: "policies",
        before: "Policy ours, Policy theirs",
        after: "those of the stack (1)",
      },
    ],
    afterDestroy:
      "not given back: a destroy stops at session_duration, policies, so deploy first, or set that as it was",
  });
});

test("one that a destroy has put back before it was cut off is given back", () => {
  expect(deployed(BEFORE, STATE)).toMatchObject({
    why: expect.stringMatching(/^as before the first deploy/) as unknown,
    afterDestroy: "as before the first deploy",
  });
});

test("what they changed of their own stays", () => {
  expect(deployed({ ...NOW, ...LOGO }, STATE).afterDestroy).toBe(
    "as before the first deploy, but for logo_url, which stays",
  );
});

test("so does a policy that they have written inside it", () => {
  const inside = { id: "x", name: "Guests", reusable: false };
  const listed = [inside, policy("ours")];
  expect(deployed({ ...NOW, policies: listed }, STATE).afterDestroy).toBe(
    'as before the first deploy, but for its policy "Guests", which stays',
  );
});

test("one that an earlier deploy had taken over is not promised back as it was", () => {
  const previous = { ...BEFORE, policies: [], taken_before: true };
  expect(
    deployed(NOW, { ...STATE, previous: JSON.stringify(previous) })
      .afterDestroy,
  ).toMatch(/what it was before the first deploy is not known$/);
});

test("what they deleted does not come back", () => {
  expect(
    deployed(NOW, STATE, { missing: new Set(["theirs"]) }).afterDestroy,
  ).toBe(
    'as before the first deploy, but for the policy "Policy theirs", which somebody has deleted: it then admits nobody',
  );
});

test("nor is one that somebody has changed as before", () => {
  const policies = [{ ...policy("theirs"), decision: "bypass" }];
  expect(deployed(NOW, STATE, { policies }).afterDestroy).toBe(
    'as before the first deploy, but for the policy "Policy theirs", which somebody has changed, and which stays so',
  );
});
