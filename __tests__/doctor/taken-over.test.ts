import { takenOverCheck } from "../../doctor/checks/taken-over";
import type { ServiceContext } from "../../doctor/context";
import { deployed } from "../../doctor/taken-over";

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

const PLACE = "a.x.io";
const EVERYONE = [{ everyone: {} }];
const FOUND = { ...NOW, aud: "aud" };
const THEIRS = {
  ...policy("theirs"),
  ...{ decision: "allow", include: [{ email: { email: "ada@x.io" } }] },
};

/**
 * What the doctor says of one whose host has a rule without a JWT check to get back.
 *
 * @param isTaken or else the stack has one of its own
 */
async function examined(
  found: Readonly<Record<string, unknown>>,
  theirs: object,
  isTaken = true,
) {
  const rule = { hostname: PLACE, service: "http://ours:80" };
  const previous = JSON.stringify({ ...BEFORE, policies: [THEIRS] });
  const state = { ...STATE, account_id: "acc", app_id: "app", previous };
  const access = { required: true, team_name: "team", aud_tag: ["aud"] };
  const route = {
    ...{ ...rule, id: `acc/tun/${PLACE}`, account_id: "acc", path: null },
    ...{ origin_request: { access }, replaced_rule: JSON.stringify(rule) },
    existing_applications: isTaken ? { [PLACE]: "app" } : null,
    access_before: JSON.stringify({
      applications: [{ ...BEFORE, policies: [THEIRS] }],
      ...{ groups: [], rules: [rule] },
    }),
  };
  const noted = [{ id: "acc application app", claim: previous }];
  const service = {
    ...{ name: "comfyui", hostname: PLACE, noted },
    applications: [
      {
        name: "app",
        domain: PLACE,
        ...(isTaken && { existing: "app", state }),
      },
    ],
    routes: [{ rule, state: route }],
  };
  const account = {
    applications: async () => [found],
    policies: async () => [{ ...THEIRS, ...theirs }],
    loginMethods: async () => [],
    groups: async () => [],
    configuration: async () => ({
      rules: [
        { ...rule, originRequest: { access: { ...access, audTag: ["aud"] } } },
        { service: "http_status:404" },
      ],
    }),
  };
  const context = { account, service } as unknown as ServiceContext;
  return takenOverCheck.run(context);
}

test("the doctor says where a destroy gives back all", async () => {
  expect(await examined(FOUND, {})).toMatchObject([
    {
      status: "ok",
      what: 'the application "By hand", after a destroy: as before the first deploy',
    },
  ]);
});

test("the doctor says what somebody has changed, and what a deploy and a destroy do", async () => {
  expect(
    await examined({ ...FOUND, session_duration: "3h" }, {}),
  ).toMatchObject([
    {
      status: "warning",
      what: 'the application "By hand" is deployed, and changed by somebody since; a deploy writes what the stack states again; session_duration: "3h" becomes "1h". After a destroy: not given back: a destroy stops at session_duration, so deploy first, or set that as it was',
      todo: expect.stringMatching(/^Run npm run deploy -- comfyui/) as unknown,
    },
  ]);
});

test("the doctor says that a destroy is refused which would open the host", async () => {
  expect(
    await examined(FOUND, { decision: "bypass", include: EVERYONE }),
  ).toMatchObject([
    {
      status: "warning",
      what: expect.stringMatching(
        /not given back: a destroy is refused\. Somebody has changed "Policy theirs" of the application "By hand"/,
      ) as unknown,
      todo: expect.stringContaining("Change it back") as unknown,
    },
  ]);
});

test("it says where a yes at a terminal is enough, as somebody gets in whom the destroy shows", async () => {
  const found = await examined(FOUND, {
    decision: "bypass",
    include: [{ ip: { ip: "127.0.0.0/8" } }],
  });
  expect([found].flat()[0]?.what).toMatch(
    /After a destroy: as before the first deploy.* where npm run destroy asks at a terminal and gets a yes; unasked, it is refused\. /,
  );
});

test("so it does where the stack has an application of its own", async () => {
  expect(await examined({ ...FOUND, id: "own" }, {}, false)).toMatchObject([
    {
      status: "warning",
      what: 'an unasked destroy is refused: Somebody has deleted the application "By hand" (app), so the destroy would make a.x.io public',
      todo: expect.stringContaining("Make another application") as unknown,
    },
  ]);
});
