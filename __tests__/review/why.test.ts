import { why } from "../../review/why";
import type { Subject } from "../../review/subjects";
import { newAccess } from "../../review/new-access";
import { reviewOf } from "../../review/review";
import {
  allow,
  bypass,
  NOW,
  serviceAuth,
  state,
  ZONE,
  type Host,
} from "./states";

const HOST = `app.${ZONE}`;
const whole: Host = {
  host: HOST,
  policies: [serviceAuth("t1"), allow("ann@example.com")],
};
const open: Host = {
  host: HOST,
  path: "/webhook",
  policies: [bypass],
  rule: "none",
  record: "none",
};
const ann: Subject = {
  id: "ann",
  label: "ann",
  kind: "named",
  email: "ann@example.com",
};
const nobody: Subject = { id: "nobody", label: "nobody", kind: "nobody" };

const looked = (subject: Subject, path: string, hosts = [whole, open]) =>
  why(state(hosts), subject, { host: HOST, path }, NOW).map(
    ({ looked, verdict }) => [
      verdict.outcome,
      ...looked.map(({ fits, name, what }) => `${what} ${name}: ${fits}`),
    ],
  );

test("names each record, application, policy and rule that a request meets", () => {
  expect(looked(ann, "/prompt")).toEqual([
    [
      "login",
      `record ${HOST} CNAME 11111111-2222-4333-8444-555555555555.cfargotunnel.com: hit`,
      `application App ${HOST} (${HOST}): hit`,
      `application App ${HOST}/webhook (${HOST}/webhook): missed`,
      "policy machines: missed",
      "policy people: hit",
      `rule ${HOST} -> http://service:80: hit`,
    ],
  ]);
});

test("takes the path in the spelling that is asked for", () => {
  const application = (path: string) =>
    looked(nobody, path)[0]?.find((line) => line.endsWith("): hit"));
  expect(application("/webhook/x")).toContain("/webhook");
  expect(application("/webhook/../x")).toContain(`(${HOST})`);
  expect(application("/%77ebhook")).toContain("/webhook");
});

test("says what it would depend on", () => {
  const posture = {
    ...allow(),
    name: "devices",
    include: [{ device_posture: { integration_uid: "d1" } }],
  };
  const [lines] = looked(ann, "/", [{ host: HOST, policies: [posture] }]);
  expect(lines).toContain("policy devices: depends");
  expect(lines?.[0]).toBe("depends");
});

const answerOf = (before: readonly Host[], after: readonly Host[]) =>
  newAccess(
    reviewOf(
      { before: state(before), after: state(after), plans: [] },
      { now: NOW },
    ),
  ).answer;

test("new access is yes, no or undecided", () => {
  const more = { ...whole, policies: [allow("ann@example.com", "ben@b.c")] };
  const less = { ...whole, policies: [allow("ann@example.com")] };
  expect(answerOf([less], [more])).toBe("yes");
  expect(answerOf([more], [less])).toBe("no");
  expect(answerOf([whole], [whole])).toBe("no");
  const list = {
    ...allow(),
    include: [{ external_evaluation: { evaluate_url: "https://e" } }],
  };
  expect(
    answerOf([less], [{ ...whole, policies: [...less.policies, list] }]),
  ).toBe("undecided");
});
