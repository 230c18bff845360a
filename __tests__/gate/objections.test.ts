import { objections } from "../../gate/objections";
import { errorsOf } from "../../gate/reviewed";
import type { AccountState, Plan, PlannedResource } from "../../review/change";
import { mergePlans } from "../../review/merge";
import { houseReview } from "../../rules/house-review";
import { allow, state, ZONE } from "../review/states";

const account = state([{ host: `app.${ZONE}`, policies: [allow("ann@a.b")] }]);
const [application] = account.access.applications.map((one) => ({
  ...one,
  allowed_idps: ["google"],
}));
const before: AccountState = {
  ...account,
  access: { ...account.access, applications: [application!] },
};
const NONE: ReadonlySet<string> = new Set();

/** The stack that makes a login method, with its waiver. */
const identity = (action: "create" | "no-op", type = "oidc"): Plan => {
  const after = { id: "idp", name: "Company", type };
  const method: PlannedResource<"login_method"> = {
    stack: "identity",
    address: "login_method.company",
    kind: "login_method",
    action,
    ...(action === "no-op" && { before: after }),
    after,
    unknown: [],
  };
  const waiver = {
    rule: "login-method-trust",
    reason: "the server is ours",
    until: new Date(Date.now() + 86_400_000).toISOString().slice(0, 10),
  };
  const outputs = { waivers: [waiver] };
  return {
    stack: "identity",
    resources: [method],
    unread: [],
    outputs,
    ...(action === "no-op" && { outputsBefore: outputs }),
  };
};

/** The stack of the application that accepts login methods from now on. */
const web = (...allowed_idps: string[]): Plan => {
  return {
    stack: "web",
    resources: [
      {
        stack: "web",
        address: "application.app",
        kind: "application",
        action: "update",
        before: application,
        after: { ...application, allowed_idps },
        unknown: [],
      },
    ],
    unread: [],
    outputs: {},
  };
};

const review = (account: AccountState, ...plans: Plan[]) =>
  houseReview(mergePlans(account, plans), {});
const trust = (errors: readonly string[]) =>
  errors.filter((one) => one.startsWith("login-method-trust"));

test("what is waived where it is made is so in the stack that follows", () => {
  const whole = review(before, identity("create"), web("idp"));
  expect(trust(errorsOf(whole))).toEqual([]);
  const reviewed = { change: whole.change, errors: errorsOf(whole) };
  const { after: half } = mergePlans(before, [identity("create")]);
  const part = review(half, web("idp"));
  expect(trust(errorsOf(part))).toHaveLength(1);
  expect(trust(objections(reviewed, part, NONE))).toEqual([]);
});

test("another login method than the waived one is not", () => {
  const whole = review(before, identity("create"), web("idp"));
  const reviewed = { change: whole.change, errors: errorsOf(whole) };
  const { after } = mergePlans(before, [identity("create")]);
  const other = { id: "other", name: "Other", type: "oidc" };
  const half = {
    ...after,
    access: {
      ...after.access,
      identity_providers: [...(after.access.identity_providers ?? []), other],
    },
  };
  const part = review(half, web("idp", "other"));
  expect(trust(objections(reviewed, part, NONE)).join()).toMatch(/Other: /);
});

test("a deploy that was cut off in between is reviewed as before", () => {
  const { after: half } = mergePlans(before, [identity("create")]);
  const rest = review(half, identity("no-op"), web("idp"));
  expect(
    errorsOf(rest).filter((one) => /login-method-trust|waiver/.test(one)),
  ).toEqual([]);
});
