import { UsageError } from "../../base/usage-error";
import { refuseHandOver } from "../../gate/deploy-stacks";
import { reviewOf } from "../../review/review";
import { readPlan } from "../../review/plan";
import { change, planJson } from "./plans";
import { named, NOW, state, ZONE } from "./states";

const APP = "cloudflare_zero_trust_access_application";
const app = { id: "app-1", name: "Wiki", domain: `wiki.${ZONE}` };
const rule = {
  id: `account/tunnel/wiki.${ZONE}`,
  tunnel_id: "tunnel",
  hostname: `wiki.${ZONE}`,
  service: "http://wiki:80",
};

type Changes = readonly ReturnType<typeof change>[];

function findingsOf(...stacks: readonly Changes[]) {
  const plans = stacks.map((changes, at) =>
    readPlan(`stack${at + 1}`, planJson(changes)),
  );
  const account = state([]);
  return reviewOf({ before: account, after: account, plans }, { now: NOW })
    .findings;
}

/** What of it is about whose something is. */
const said = (...stacks: readonly Changes[]) =>
  findingsOf(...stacks)
    .filter(({ id }) =>
      ["taken-in", "two-owners", "unread-change"].includes(id),
    )
    .map(named);

function imported(one: ReturnType<typeof change>) {
  return { ...one, change: { ...one.change, importing: { id: "x" } } };
}

const held = (address: string, action = "no-op") =>
  change(address, [action], { before: app, after: app });

test.each([
  ["no-op", "it stays as it is"],
  ["update", "the deploy changes it"],
])("names what a stack imports and has not made (%s)", (action, what) => {
  const [finding] = findingsOf([imported(held(`${APP}.wiki`, action))]);
  expect(finding).toMatchObject({
    id: "taken-in",
    severity: "warning",
    subject: "Wiki",
    text: `the stack stack1 imports it as ${APP}.wiki and did not create it: ${what}, and a destroy of the stack deletes it`,
  });
});

test("does not pass over an import of what it can't read", () => {
  const balancer = "cloudflare_load_balancer.lb";
  const changes = [imported(change(balancer, ["no-op"], { before: {} }))];
  expect(readPlan("web", planJson(changes)).unread).toEqual([
    { address: balancer, what: expect.stringContaining("not read") as string },
  ]);
});

test("fails where two stacks write one object", () => {
  expect(
    said([held(`${APP}.wiki`)], [imported(held(`${APP}.mine`, "update"))]),
  ).toEqual(["error two-owners: Wiki", "warning taken-in: Wiki"]);
  expect(
    findingsOf(
      [held(`${APP}.wiki`)],
      [imported(held(`${APP}.mine`, "update"))],
    ).find(({ id }) => id === "two-owners")?.remedy,
  ).toMatch(/mine from the code of stack2, whose state does not have it/);
});

test("fails where two resources of one stack write one object", () => {
  expect(said([held(`${APP}.a`), held(`${APP}.b`, "update")])).toEqual([
    "error two-owners: Wiki",
  ]);
});

test("fails where one stack deletes what another has", () => {
  const [finding] = findingsOf(
    [change(`${APP}.wiki`, ["delete"], { before: app })],
    [held(`${APP}.mine`)],
  ).filter(({ id }) => id === "two-owners");
  expect(finding).toMatchObject({
    severity: "error",
    text: `stack1 (${APP}.wiki) and stack2 (${APP}.mine) manage the same object, and the deploy deletes it for one of them`,
    remedy: expect.stringContaining(
      `terraform -chdir=cdktf.out/stacks/stack1 state rm '${APP}.wiki'`,
    ) as string,
  });
});

test("warns where two have it, and neither changes it", () => {
  expect(said([held(`${APP}.a`)], [held(`${APP}.b`)])).toEqual([
    "warning two-owners: Wiki",
  ]);
});

test("fails where two stacks make a rule for one host and path", () => {
  const made = (address: string) =>
    change(address, ["create"], { after: rule });
  expect(said([made("tunnel_route.a")], [made("tunnel_route.b")])).toEqual([
    `error two-owners: wiki.${ZONE}`,
  ]);
});

test("has nothing to say of an object that one lets go of, or that goes from both", () => {
  const gone = (address: string, action: string) =>
    change(address, [action], { before: app });
  expect(said([gone(`${APP}.a`, "forget")], [held(`${APP}.b`)])).toEqual([]);
  expect(
    said([gone(`${APP}.a`, "delete")], [gone(`${APP}.b`, "delete")]),
  ).toEqual([]);
  expect(
    said(
      [change("tunnel_route.a", ["delete"], { before: rule })],
      [change("tunnel_route.b", ["create"], { after: rule })],
    ),
  ).toEqual([]);
});

test.each(["stack2", "stack1"])(
  "fails where an application that was there before is given back and taken over at once (by %s)",
  (taker) => {
    const EXISTING = "tunnel_existing_application";
    const values = {
      ...{ id: "app-1", previous: JSON.stringify({ ...app, policies: [] }) },
      ...{ document: JSON.stringify(app), policies: [] },
    };
    const back = change(`${EXISTING}.old`, ["delete"], { before: values });
    const taken = change(`${EXISTING}.new`, ["create"], { after: values });
    const stacks = taker === "stack1" ? [[back, taken]] : [[back], [taken]];
    const found = findingsOf(...stacks).filter(({ id }) =>
      ["two-owners", "handed-over"].includes(id),
    );
    expect(found).toMatchObject([
      {
        ...{ id: "handed-over", severity: "error", subject: "Wiki" },
        text: `stack1 (${EXISTING}.old) gives it back and ${taker} (${EXISTING}.new) takes it over: one deploy can't do both, and would end half way`,
        remedy: `first give it back: npm run destroy -- stack1. Then take it over: npm run deploy -- ${[...new Set(["stack1", taker])].join(" ")}`,
      },
    ]);
    expect(() => refuseHandOver({ findings: found })).toThrow(UsageError);
    const held = change(`${EXISTING}.new`, ["no-op"], {
      ...{ before: values, after: values },
    });
    expect(() =>
      refuseHandOver({ findings: findingsOf([held]) }),
    ).not.toThrow();
  },
);
