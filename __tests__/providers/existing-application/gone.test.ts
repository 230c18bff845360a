import {
  changedSince,
  listedWith,
  returnOf,
  unguarded,
  withNewOwn,
  withoutGone,
  type Gone,
} from "../../../providers/existing-application/document";
import {
  changedMeanwhile,
  refuseReturn,
  tellOfGone,
} from "../../../providers/existing-application/messages";
import type { JsonObject } from "../../../providers/tunnel-route/json";

const policy = (id: string, decision: string): JsonObject => ({
  ...{ id, name: id, decision },
  reusable: true,
});
const [bot, block, crew, inside] = [
  policy("bot", "non_identity"),
  policy("block", "deny"),
  policy("crew", "allow"),
  { ...policy("inside", "allow"), reusable: false },
];
const BEFORE: JsonObject = {
  name: "By hand",
  allowed_idps: ["google", "pin"],
  policies: [inside, bot, block, crew],
};
const NOW: JsonObject = { allowed_idps: ["github"] };

function told(...gone: Gone[]): string {
  let text = "";
  const warn = (summary: string, detail = "") =>
    void (text += `${summary}\n${detail}`);
  for (const one of gone)
    tellOfGone({ error: warn, warn }, BEFORE, {
      back: withoutGone(BEFORE, one, NOW),
      gone: one,
    });
  return text;
}

test("a policy or login method that is gone is left out, and the rest put back", () => {
  const gone = { policies: [bot], loginMethods: ["pin"] };
  expect(withoutGone(BEFORE, gone, NOW)).toEqual({
    ...BEFORE,
    allowed_idps: ["google"],
    policies: [inside, block, crew],
  });
  expect(told(gone)).toMatch(
    /^The application "By hand" gets back all but what somebody has deleted since: the policy "bot" \(bot\), the login method pin\n/,
  );
});

test("what a Block policy that is gone kept people from is left out with it", () => {
  const gone = { policies: [{ ...block }], loginMethods: [] };
  expect(unguarded(BEFORE, gone)).toEqual([crew]);
  expect(withoutGone(BEFORE, gone, NOW)["policies"]).toEqual([inside, bot]);
  expect(told(gone)).toContain(
    '; nor is "crew" listed again, which would let in whom a policy that is gone refused',
  );
});

test("with none of its login methods it would take all, so it keeps those of now", () => {
  const gone = { policies: [], loginMethods: ["google", "pin"] };
  expect(withoutGone(BEFORE, gone, NOW)).toEqual({ ...BEFORE, ...NOW });
  expect(told(gone)).toContain("it keeps those that it has now");
});

test("without any policy left it is said that nobody gets in", () => {
  const before = { ...BEFORE, policies: [crew] };
  const gone = { policies: [{ ...crew }], loginMethods: [] };
  let text = "";
  const warn = (summary: string) => void (text = summary);
  const back = withoutGone(before, gone, NOW);
  tellOfGone({ error: warn, warn }, before, { back, gone });
  expect(text).toMatch(/; it then admits nobody$/);
  // Somebody has written another inside it, which stays.
  const policies = [{ id: "theirs", decision: "bypass" }];
  tellOfGone({ error: warn, warn }, before, {
    back: { ...back, policies },
    gone,
  });
  expect(text).toMatch(/\(crew\)$/);
});

test("nothing is said, and all is put back, where nothing is gone", () => {
  const gone = { policies: [], loginMethods: [] };
  expect([told(gone), withoutGone(BEFORE, gone, NOW)]).toEqual(["", BEFORE]);
});

test("a policy that somebody has written inside it stays, first as it is now", () => {
  const added = { ...block, id: "added", reusable: false };
  const found = { policies: [added, { ...crew, id: "ours" }] };
  const state = { policies: ["ours"], previous: JSON.stringify(BEFORE) };
  expect(changedSince({ ...state, document: "{}" }, found)).toEqual([]);
  expect(listedWith(found, ["ours"]).map(({ id }) => id)).toEqual([
    "added",
    "ours",
  ]);
  expect(withNewOwn(BEFORE, found)["policies"]).toMatchObject([
    { id: "added", precedence: 1 },
    { id: "inside", precedence: 2 },
    { id: "bot", precedence: 3 },
    { id: "block", precedence: 4 },
    { id: "crew", precedence: 5 },
  ]);
});

describe("a destroy", () => {
  const ours = { ...crew, id: "ours" };
  const state = (allowed: readonly string[], more: object = {}) => ({
    policies: ["ours"],
    previous: JSON.stringify({ ...BEFORE, ...more }),
    document: JSON.stringify({ name: "By hand", allowed_idps: allowed }),
  });
  const now = (more: object) =>
    ({ name: "By hand", policies: [inside, ours], ...more }) as JsonObject;

  test("goes on where a login method that is gone has been taken out", () => {
    const given = returnOf(state(["github"]), now({}), new Set(["github"]));
    expect(given.touched).toEqual([]);
    expect(given.left["allowed_idps"]).toEqual(["google", "pin"]);
    const all = new Set(["google"]);
    const was = { allowed_idps: ["google"] };
    const taken = returnOf(
      state(["google"], was),
      now({ allowed_idps: [] }),
      all,
    );
    expect([taken.touched, taken.left["allowed_idps"]]).toEqual([[], []]);
  });

  test("stops where every login method is gone and none has been chosen instead", () => {
    const was = { allowed_idps: ["google"] };
    const known = state(["google"], was);
    const gone = new Set(["google"]);
    const none = returnOf(known, now(was), gone);
    expect(none.isWithoutLogin).toBe(true);
    expect(() => refuseReturn(known, now(was), none)).toThrow(
      /has deleted every login method/,
    );
    const chosen = now({ allowed_idps: ["pin"] });
    const given = returnOf(known, chosen, gone);
    expect(() => refuseReturn(known, chosen, given)).not.toThrow();
    expect(given.left["allowed_idps"]).toEqual(["pin"]);
    const some = now({ allowed_idps: ["google", "pin"] });
    expect(returnOf(known, some, gone).left["allowed_idps"]).toEqual(["pin"]);
    // As it was, it is not written.
    const done = { ...BEFORE, ...was };
    expect(returnOf(known, done, gone).isWithoutLogin).toBe(false);
  });

  test("goes on where what it would stop at has been set to what it puts back", () => {
    const others = now({ allowed_idps: ["x"], policies: [crew] });
    expect(returnOf(state(["github"]), others).touched).toEqual([
      "allowed_idps",
      "policies",
    ]);
    const set = {
      allowed_idps: ["pin", "google"],
      policies: [inside, bot, block, crew],
    };
    const given = returnOf(state(["github"]), now({ ...set, name: "Renamed" }));
    expect(given).toMatchObject({
      touched: [],
      left: { ...set, name: "Renamed" },
    });
  });

  test("takes out what the stack has set and was not there before", () => {
    const set = JSON.stringify({ name: "By hand", logo_url: "x" });
    const given = returnOf(
      { ...state([]), document: set },
      now({ logo_url: "x", allowed_idps: [] }),
    );
    expect([given.touched, given.left["logo_url"]]).toEqual([[], undefined]);
  });

  test("says what it stops at as it is, as it was, and as it can be set", () => {
    const open = { ...crew, id: "open", name: "open", reusable: false };
    const found = now({ allowed_idps: ["x"], policies: [open, crew] });
    const known = state(["github"]);
    const given = returnOf(known, found, new Set(["pin"]));
    const { detail } = changedMeanwhile(known, found, given);
    expect(detail).toContain(
      'allowed_idps: now ["x"], before the first deploy ["google","pin"], of which the account still has ["google"]\n' +
        'policies: now "open", "crew", before the first deploy "inside", "bot", "block", "crew", of which the account still has "bot", "block", "crew"\n',
    );
    expect(detail).toContain('neither a deploy nor a destroy does: "open".');
  });
});
