import { notReviewed } from "../../gate/access";
import type {
  AccountState,
  AnyPlannedResource,
  Change,
  Plan,
} from "../../review/change";
import { mergePlans } from "../../review/merge";
import { allow, bypass, NOW, state, ZONE, type Host } from "../review/states";

const HOST = `app.${ZONE}`;
const OTHER = `other.${ZONE}`;
const ANN = "ann@example.com";
const BEN = "ben@example.com";

const host = (...emails: string[]): Host => ({
  host: HOST,
  policies: [allow(...emails)],
});

/** A plan of the stack that gives an application these policies. */
function plan(stack: string, before: Host, after: Host): Plan {
  const application = (one: Host) => state([one]).access.applications[0]!;
  const resource: AnyPlannedResource = {
    stack,
    address: "application.app",
    kind: "application",
    action: "update",
    before: application(before),
    after: { ...application(after), id: application(before).id },
    unknown: [],
  };
  return { stack, resources: [resource], unread: [], outputs: {} };
}

const none: ReadonlySet<string> = new Set();

/** What is new of a deploy with these plans, as `who url: reviewed > deploy`. */
const news = (
  reviewed: Change,
  now: AccountState,
  plans: readonly Plan[],
  later = none,
) =>
  notReviewed(reviewed, mergePlans(now, plans), later, NOW).map(
    ({ deploy, reviewed, url, who }) =>
      `${who} ${url}: ${reviewed} > ${deploy}`,
  );

const account = state([host(ANN)]);
const toBen = plan("web", host(ANN), host(ANN, BEN));
const reviewed = mergePlans(account, [toBen]);

test("what was reviewed is no news", () => {
  expect(news(reviewed, account, [toBen])).toEqual([]);
});

test("nor is a part of it that is there already", () => {
  expect(news(reviewed, state([host(ANN, BEN)]), [])).toEqual([]);
});

test("who gets in besides is", () => {
  const plans = [plan("web", host(ANN), host(ANN, BEN, "eve@example.net"))];
  expect(news(reviewed, account, plans)).toEqual([
    `eve@example.net https://${HOST}/: no > by login`,
  ]);
});

test("who is kept out besides is, too", () => {
  const plans = [plan("web", host(ANN), host(BEN))];
  expect(news(reviewed, account, plans)).toEqual([
    `${ANN} https://${HOST}/: by login > no`,
  ]);
});

test("what opens is", () => {
  const unchecked = { host: HOST, checks: false };
  const open: Host = { ...unchecked, policies: [bypass] };
  const now = state([{ ...unchecked, policies: [allow(ANN)] }]);
  expect(
    news(mergePlans(now, [toBen]), now, [plan("web", host(ANN), open)]),
  ).toContain(`anyone without a login https://${HOST}/: no > open`);
});

test("what somebody else did to another host is not the deploy's doing", () => {
  const now = state([host(ANN), { host: OTHER }]);
  expect(news(reviewed, now, [toBen])).toEqual([]);
});

test("what somebody else did to the host that the deploy writes is news", () => {
  const open: Host = {
    host: HOST,
    path: "/x",
    policies: [bypass],
    rule: "none",
  };
  const now = state([host(ANN), { ...open, record: "none" }]);
  expect(news(reviewed, now, [toBen]).join()).toContain(`${HOST}/x: `);
});

test("a host that only a wildcard of the deploy reaches is one of its hosts", () => {
  const wild: Host = {
    host: `*.${ZONE}`,
    policies: [allow(ANN)],
    checks: false,
  };
  const opened: Host = { ...wild, policies: [bypass] };
  const own: Host = { host: OTHER, policies: [allow(ANN)], rule: "none" };
  const open = plan("web", wild, opened);
  const before = state([wild, own]);
  const then = mergePlans(before, [open]);
  expect(news(then, before, [open])).toEqual([]);
  // The application of the one host has gone since: the wildcard opens it.
  expect(news(then, state([wild]), [open]).join()).toContain(OTHER);
});

test("what a later stack of the same deploy brings is as it was reviewed", () => {
  const away = plan("shared", host(ANN), host("nobody@example.com"));
  const back = plan("web", host("nobody@example.com"), host(ANN));
  const both = mergePlans(account, [away, back]);
  expect(news(both, account, [away])).not.toEqual([]);
  expect(news(both, account, [away], new Set(["web"]))).toEqual([]);
});
