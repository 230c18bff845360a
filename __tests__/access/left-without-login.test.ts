import { leftWithoutLogin } from "../../access/left-without-login";
import type { Application } from "../../access/model";
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

test("an application that names none is left where the account has no other", () => {
  expect(left([app([ALLOW])], [GOOGLE])).toEqual(["ComfyUI"]);
});
