import { mergePlans } from "../../review/merge";
import { readPlan } from "../../review/plan";
import { NameIndex } from "../../review/where-it-leads";
import { change, planJson } from "./plans";
import { state, ZONE } from "./states";

const HOST = `fresh.${ZONE}`;
const ID = "not-deployed-yet: tunnel House";

const ROUTE = {
  account_id: "a1",
  tunnel_id: ID,
  hostname: HOST,
  service: "http://app:80",
  on_destroy: "restore",
};
const RECORD = {
  zone_id: "z1",
  name: HOST,
  type: "CNAME",
  content: `${ID.toLowerCase()}.cfargotunnel.com`,
  proxied: true,
};

const plan = readPlan(
  "app",
  planJson([
    change("tunnel_managed.tunnel", ["create"], {
      after: { account_id: "a1", name: "House" },
      unknown: { id: true, token: true },
    }),
    change("tunnel_route.app", ["create"], {
      after: ROUTE,
      unknown: { id: true },
    }),
    change("tunnel_dns_record.app", ["create"], {
      after: RECORD,
      unknown: { id: true, made: true },
    }),
  ]),
);

test("a tunnel that a stack has yet to make is read, and a host leads through it", () => {
  expect(plan.unread).toEqual([]);
  const { after, before } = mergePlans(state([]), [plan]);
  expect(new NameIndex(before).leads(HOST).kind).toBe("nowhere");
  expect(new NameIndex(after).leads(HOST).kind).toBe("tunnel");
  expect(after.tunnels.find(({ id }) => id === ID)).toMatchObject({
    name: "House",
    rules: [
      { hostname: HOST, service: "http://app:80" },
      { service: "http_status:404" },
    ],
  });
});

test("no tunnel is made up for an id that is none of ours", () => {
  const { after } = mergePlans(state([]), [
    readPlan(
      "app",
      planJson([
        change("tunnel_route.app", ["create"], {
          after: { ...ROUTE, tunnel_id: "somebody-elses" },
          unknown: { id: true },
        }),
      ]),
    ),
  ]);
  expect(after.tunnels.map(({ id }) => id)).toEqual(
    state([]).tunnels.map(({ id }) => id),
  );
});
