import { resourcesOf } from "../../review/change";
import type { Material } from "../../review/findings/finding";
import { changedSettings } from "../../review/findings/changed-settings";
import { formerPolicies } from "../../review/findings/former-policies";
import { settings } from "../../review/findings/settings";
import { takenOver } from "../../review/findings/taken-over";
import { lostPromises } from "../../review/lost-promises";
import { mergePlans } from "../../review/merge";
import { readPlan } from "../../review/plan";
import { change, planJson } from "./plans";

const ADDRESS = "tunnel_existing_application.app";
const POLICY = "cloudflare_zero_trust_access_policy.people";
const PREVIOUS = {
  id: "a1",
  aud: "aud",
  name: "By hand",
  type: "self_hosted",
  domain: "a.example.com",
  allowed_idps: ["google"],
  policies: [
    {
      ...{ id: "own", reusable: false, decision: "allow", include: [] },
      precedence: 1,
    },
    { id: "shared", reusable: true, decision: "allow", include: [] },
  ],
};
const document = { ...PREVIOUS, policies: undefined };
const STATE = {
  id: "a1",
  app_id: "a1",
  aud: "aud",
  hostname: "a.example.com",
  settings: "{}",
  previous: JSON.stringify(PREVIOUS),
  document: JSON.stringify({ ...document, allowed_idps: ["pin"] }),
};
const ACCOUNT = {
  access: {
    applications: [PREVIOUS],
    policies: ["shared", "new"].map((id) => ({ id, decision: "allow" })),
    identity_providers: [{ id: "google", name: "Google" }],
  },
  tokens: [],
  tunnels: [],
  records: [],
} as unknown as Parameters<typeof mergePlans>[0];

function after(one: ReturnType<typeof change>) {
  const plan = readPlan(
    "web",
    planJson([one], { [ADDRESS]: { policies: [`\${${POLICY}.id}`] } }),
  );
  expect(plan.unread).toEqual([]);
  expect(resourcesOf([plan], "application")[0]?.action).toBe("update");
  return mergePlans(ACCOUNT, [plan]).after.access.applications;
}

test("a take-over changes the application that is there, and keeps its own policies in front", () => {
  const taken = after(
    change(ADDRESS, ["create"], { after: { ...STATE, policies: ["new"] } }),
  );
  expect(taken).toMatchObject([
    {
      id: "a1",
      aud: "aud",
      domain: "a.example.com",
      allowed_idps: ["pin"],
      policies: [
        { id: "own", decision: "allow", precedence: 1 },
        { id: "new", precedence: 2 },
      ],
    },
  ]);
});

test("a destroy gives it back, and takes none away", () => {
  const back = after(
    change(ADDRESS, ["delete"], { before: { ...STATE, policies: ["new"] } }),
  );
  expect(back).toMatchObject([
    { id: "a1", allowed_idps: ["google"], policies: [{}, { id: "shared" }] },
  ]);
});

test("a deploy leaves what somebody has written inside it since, and has no policy of before that is gone", () => {
  const theirs = { id: "theirs", reusable: false, decision: "bypass" };
  const found = { ...PREVIOUS, policies: [theirs, { id: "new" }] };
  const state = { ...STATE, policies: ["new"] };
  const plan = readPlan(
    "web",
    planJson([
      change(ADDRESS, ["update"], {
        before: { ...state, policies: [] },
        after: state,
      }),
    ]),
  );
  const access = { ...ACCOUNT.access, applications: [found] };
  const { after } = mergePlans(
    { ...ACCOUNT, access } as unknown as typeof ACCOUNT,
    [plan],
  );
  expect(after.access.applications).toMatchObject([
    {
      policies: [
        { id: "theirs", precedence: 1 },
        { id: "new", precedence: 2 },
      ],
    },
  ]);
});

/** What a destroy leaves of it where it is `now` and the account has `more`. */
function left(now: object, more: object = {}) {
  const found = { ...PREVIOUS, allowed_idps: ["pin"], policies: [own, "new"] };
  const access = { ...ACCOUNT.access, applications: [{ ...found, ...now }] };
  const { plans, after } = mergePlans(
    { ...ACCOUNT, access: { ...access, ...more } } as typeof ACCOUNT,
    [
      readPlan(
        "web",
        planJson([
          change(ADDRESS, ["delete"], {
            before: { ...STATE, policies: ["new"] },
          }),
        ]),
      ),
    ],
  );
  const [one] = after.access.applications;
  expect(resourcesOf(plans, "application")[0]?.after?.domain).toBe(one?.domain);
  return one;
}
const [own] = PREVIOUS.policies;

test("what somebody else has changed stays after a destroy: where it is for, and policies written inside it", () => {
  const moved = { domain: "b.example.com", name: "Moved" };
  expect(left(moved)).toMatchObject({
    ...moved,
    allowed_idps: ["google"],
    policies: [{ id: "own", precedence: 1 }, { id: "shared" }],
  });
  const destinations = ["a", "n"].map((name) => ({
    ...{ type: "public", uri: `${name}.example.com` },
  }));
  expect(left({ destinations })).toMatchObject({ destinations });
  const open = { id: "open", decision: "bypass", include: [{ everyone: {} }] };
  expect(left({ policies: [open, own, { id: "new" }] })).toMatchObject({
    policies: [open, { id: "own" }, { id: "shared" }],
  });
});

test("a policy inside it stays as somebody has changed it", () => {
  const open = { decision: "bypass", include: [{ everyone: {} }] };
  expect(
    left({ policies: [{ ...own, ...open }, { id: "new" }] }),
  ).toMatchObject({ policies: [{ id: "own", ...open }, { id: "shared" }] });
});

test("what somebody has deleted does not come back after a destroy", () => {
  const gone = {
    policies: [{ id: "new" }],
    identity_providers: [{ id: "pin" }],
  };
  expect(left({ allowed_idps: [] }, gone)).toMatchObject({
    allowed_idps: [],
    policies: [{ id: "own" }],
  });
  expect(
    left({}, { ...gone, policies: ACCOUNT.access.policies }),
  ).toMatchObject({
    allowed_idps: ["pin"],
    policies: [{ id: "own" }, { id: "shared" }],
  });
});

test("a destroy drops no promise: an application that is given back is none of the stack's", () => {
  const given = change(ADDRESS, ["delete"], {
    before: { ...STATE, policies: ["new"] },
  });
  const outputs = {
    service: {
      ...{ actions: ["delete"], after: null },
      before: { hostname: "a.example.com" },
      ...{ before_sensitive: false, after_sensitive: false },
    },
  };
  const plan = readPlan(
    "web",
    planJson([given], {}, { output_changes: outputs }),
  );
  expect(lostPromises(plan)).toEqual([]);
});

test("what the policies before asked of people, and the stack's do not, is a finding", () => {
  const former = {
    ...PREVIOUS.policies[1],
    session_duration: "1h",
    purpose_justification_required: true,
  };
  const account = {
    ...ACCOUNT,
    access: { ...ACCOUNT.access, policies: [former] },
  };
  const people = (session: string) => {
    const plan = readPlan(
      "web",
      planJson(
        [
          change(ADDRESS, ["create"], {
            after: { ...STATE, policies: [null] },
            unknown: { policies: [true] },
          }),
          change(POLICY, ["create"], {
            after: {
              name: "people",
              decision: "allow",
              include: [],
              session_duration: session,
            },
            unknown: { id: true },
          }),
        ],
        { [ADDRESS]: { policies: [`\${${POLICY}.id}`] } },
      ),
    );
    return formerPolicies({
      change: mergePlans(account, [plan]),
    } as unknown as Material).map(({ id }) => id);
  };
  expect(people("24h")).toEqual(["session-longer", "justification-lost"]);
  expect(people("30m")).toEqual(["justification-lost", "session-shorter"]);
  expect(people("1h")).toEqual(["justification-lost"]);
});

test("what the stack's policy asks of people, and those before did not, is a note", () => {
  const asking = {
    ...{ isolation_required: true, purpose_justification_required: true },
    ...{ approval_required: true, approval_groups: [{ approvals_needed: 2 }] },
    mfa_config: { mfa_disabled: true },
  };
  const taken = (shared: object, made: object) => {
    const access = {
      ...ACCOUNT.access,
      policies: [
        { id: "shared", decision: "allow", ...shared },
        { id: "new", decision: "allow", ...made },
      ],
    };
    const plan = readPlan(
      "web",
      planJson([
        change(ADDRESS, ["create"], { after: { ...STATE, policies: ["new"] } }),
      ]),
    );
    return formerPolicies({
      change: mergePlans({ ...ACCOUNT, access } as typeof ACCOUNT, [plan]),
    } as unknown as Material).map(({ severity, text }) => [severity, text]);
  };
  expect(taken({}, asking)).toEqual([
    [
      "warning",
      "Access now requires no second factor, whatever the organization's setting",
    ],
    ["note", "sessions now need 2 approvals (was 0)"],
    ["note", "browser isolation is now required"],
    ["note", "people now have to give a reason for access"],
  ]);
  const asked = { ...asking, purpose_justification_prompt: "Why?" };
  expect(taken(asked, { ...asked, purpose_justification_prompt: "" })).toEqual([
    ["note", 'people are asked for their reason by "" (was "Why?")'],
  ]);
});

test("each setting that changes has one finding, in whatever direction", () => {
  const found = (was: object, is: object, isDestroy = false) => {
    const state = {
      ...STATE,
      previous: JSON.stringify({ ...PREVIOUS, ...was }),
      document: JSON.stringify({ ...document, ...is }),
      policies: ["new"],
    };
    const plan = readPlan(
      "web",
      planJson([
        isDestroy
          ? change(ADDRESS, ["delete"], { before: state })
          : change(ADDRESS, ["create"], { after: state }),
      ]),
    );
    const { plans, before } = mergePlans(ACCOUNT, [plan]);
    const material = { change: { plans, before } } as unknown as Material;
    return [...changedSettings(material), ...settings(material)].map(
      ({ severity, subject, text }) => `${severity} ${subject}: ${text}`,
    );
  };
  const before = {
    ...{ session_duration: "24h", custom_deny_message: "old" },
    ...{ same_site_cookie_attribute: "lax", app_launcher_visible: true },
    cors_headers: { allowed_origins: ["https://a.example"], max_age: 5 },
  };
  const after = {
    ...{ session_duration: "2h", custom_deny_message: "new" },
    ...{ same_site_cookie_attribute: "none", app_launcher_visible: false },
    cors_headers: { allowed_origins: ["https://a.example"], max_age: 6 },
    allowed_idps: ["google", "pin"],
  };
  const note = "note By hand:";
  expect(found(before, after)).toEqual([
    `${note} allowed_idps changes from ["Google"] to ["Google","pin"]`,
    `${note} session_duration changes from "24h" to "2h"`,
    `${note} custom_deny_message changes from "old" to "new"`,
    `${note} app_launcher_visible changes from true to false`,
    `${note} cors_headers changes from {"allowed_origins":["https://a.example"],"max_age":5} to {"allowed_origins":["https://a.example"],"max_age":6}`,
    "warning By hand: requests from pages of other sites now carry the login cookie (SameSite none)",
  ]);
  expect(found({}, { custom_deny_message: "new" })).toEqual([
    `${note} custom_deny_message changes from not set to "new"`,
  ]);
  expect(found({}, {})).toEqual([]);
  const [was, is] = ["24h", "2h"].map((session) => ({
    ...STATE,
    policies: ["new"],
    document: JSON.stringify({ ...document, session_duration: session }),
  }));
  const again = readPlan(
    "web",
    planJson([change(ADDRESS, ["update"], { before: was, after: is })]),
  );
  expect(resourcesOf([again], "application")[0]?.settings).toEqual([
    { attribute: "session_duration", before: '"24h"', after: '"2h"' },
  ]);
  // What a destroy leaves goes by what the account has then.
  expect(found({ custom_deny_message: "old" }, {}, true)).toEqual([]);
});

test("one in the place of another is not judged", () => {
  const plan = readPlan(
    "web",
    planJson([
      change(ADDRESS, ["delete", "create"], {
        before: { ...STATE, policies: [] },
        after: { ...STATE, id: "a2", policies: [] },
      }),
    ]),
  );
  expect(plan.unread.map(({ what }) => what)).toContain(
    "it is replaced by another application",
  );
});

test("a stack's own application that is named as an existing one fails the review", () => {
  const own = "cloudflare_zero_trust_access_application.app";
  const found = (id: string) => {
    const plan = readPlan(
      "web",
      planJson([
        change(ADDRESS, ["create"], { after: { ...STATE, policies: [] } }),
        change(own, ["delete"], { before: { ...PREVIOUS, id } }),
      ]),
    );
    return takenOver({ change: { plans: [plan] } } as unknown as Material);
  };
  expect(found("a1")).toMatchObject([
    { id: "taken-over-deleted", severity: "error", subject: "By hand" },
  ]);
  expect(found("another")).toEqual([]);
});
