import { leftWithoutLogin } from "../../access/left-without-login";
import type { Application, RuleSet } from "../../access/model";
import {
  ALLOW,
  app,
  BYPASS,
  GOOGLE,
  ONE_TIME_PIN,
  SERVICE_AUTH,
} from "./examples";

/** Names of the applications that are left without, of these, once Google is gone. */
function left(
  applications: readonly Application[],
  identity_providers = [GOOGLE, ONE_TIME_PIN],
): (string | null | undefined)[] {
  return leftWithoutLogin(
    { applications, identity_providers, policies: [ALLOW] },
    new Set([GOOGLE.id]),
  ).map(({ name }) => name);
}

test.each<[string, Application, boolean]>([
  ["it alone", app([ALLOW], { allowed_idps: [GOOGLE.id] }), true],
  [
    "it, by a policy's id",
    app([], { allowed_idps: [GOOGLE.id], policies: [ALLOW.id ?? ""] }),
    true,
  ],
  [
    "it and another",
    app([ALLOW], { allowed_idps: [GOOGLE.id, ONE_TIME_PIN.id] }),
    false,
  ],
  [
    "it and one that is gone already",
    app([ALLOW], { allowed_idps: [GOOGLE.id, "old"] }),
    true,
  ],
  ["another", app([ALLOW], { allowed_idps: [ONE_TIME_PIN.id] }), false],
  ["none, which is every one of the account", app([ALLOW]), false],
  [
    "it, for machines only",
    app([SERVICE_AUTH], { allowed_idps: [GOOGLE.id] }),
    false,
  ],
  ["it, and is open", app([BYPASS], { allowed_idps: [GOOGLE.id] }), false],
  [
    "it, with a policy that nobody knows",
    app([], { allowed_idps: [GOOGLE.id], policies: ["?"] }),
    true,
  ],
])("an application that names %s", (_, application, isLeft) => {
  expect(left([application])).toEqual(isLeft ? ["ComfyUI"] : []);
});

const LOGIN = { login_method: { id: GOOGLE.id } };
const MEMBER = {
  oidc: { claim_name: "a", claim_value: "b", identity_provider_id: GOOGLE.id },
};
const ANN = { email: { email: "ann@example.com" } };

test.each<[string, RuleSet, boolean]>([
  ["it of everybody", { include: [ANN], require: [LOGIN] }, true],
  ["what it alone tells", { include: [MEMBER] }, true],
  ["it in one of two rules", { include: [MEMBER, ANN] }, false],
  ["it in none", { include: [ANN], exclude: [LOGIN] }, false],
  ["it by a group", { include: [{ group: { id: "g" } }] }, true],
  ["it by a group in a group", { include: [{ group: { id: "gg" } }] }, true],
  [
    "it by a group that names itself",
    { include: [{ group: { id: "o" } }] },
    false,
  ],
])("an application whose policy demands %s", (_, rules, isLeft) => {
  const application = app([{ ...ALLOW, id: "p", include: [], ...rules }]);
  const found = leftWithoutLogin(
    {
      applications: [application],
      identity_providers: [GOOGLE, ONE_TIME_PIN],
      groups: [
        { id: "g", include: [LOGIN] },
        { id: "gg", include: [{ group: { id: "g" } }] },
        { id: "o", include: [{ group: { id: "o" } }] },
      ],
    },
    new Set([GOOGLE.id]),
  );
  expect(found).toHaveLength(isLeft ? 1 : 0);
});

test("an application is left only where each of its policies demands it", () => {
  const demanding = { ...ALLOW, id: "p", require: [LOGIN] };
  expect(left([app([demanding])])).toEqual(["ComfyUI"]);
  expect(left([app([demanding, ALLOW])])).toEqual([]);
});

test("an application that names none is left where the account has no other", () => {
  expect(left([app([ALLOW])], [GOOGLE])).toEqual(["ComfyUI"]);
});
