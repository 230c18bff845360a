import { compile } from "../../access/decide";
import { accessAccount } from "../../local/access-account";
import {
  accountByHand,
  APP,
  CASE_NAMES,
  fileByHand,
  HOST,
  TOKEN,
  type CaseName,
} from "./accounts";

/** Where the token is in an Allow policy, which sends machines to the login. */
const TO_LOGIN: readonly CaseName[] = CASE_NAMES.filter(
  (name) =>
    ![
      "policy of its own for machines",
      "any valid token",
      "token in a group",
      "policies inside the application",
      "shared policy",
      "every setting",
    ].includes(name),
);

test.each(CASE_NAMES)("the application of %s is as the file says", (name) => {
  const { policies, ...application } = fileByHand(name).applications!.find(
    ({ id }) => id === APP,
  )!;
  const built = accountByHand(name).applications.get(APP)!;
  expect(built).toMatchObject(application);
  expect(built.policies.map(({ id }) => id)).toEqual(policies);
});

test.each(CASE_NAMES)("who gets in by %s", (name) => {
  const { decide } = compile(accessAccount(accountByHand(name)));
  const ask = (serviceToken: { state: "valid"; id: string } | null) =>
    decide({ host: HOST, path: "/", serviceToken }).outcome;
  expect(ask(null)).toBe("login");
  expect(ask({ state: "valid", id: TOKEN.id })).toBe(
    TO_LOGIN.includes(name) ? "login" : "pass",
  );
});
