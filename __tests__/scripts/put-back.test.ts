import type { ResourceChange } from "../../deployment/terraform";
import { tellPutBack } from "../../scripts/put-back";

const OPEN = { hostname: "app.example.com", service: "http://app:80" };
const access = { required: true, teamName: "team", audTag: ["a"] };

/** What is told of the destroy of a route with these values. */
function told(
  values: object,
  actions = ["delete"],
  others: readonly object[] = [],
): string[] {
  const said: string[] = [];
  const change = {
    type: "tunnel_route",
    address: "tunnel_route.web",
    actions,
    before: { hostname: OPEN.hostname, on_destroy: "restore", ...values },
    after: null,
  };
  tellPutBack(
    { name: "web" },
    [change, ...others] as unknown as ResourceChange[],
    (line) => said.push(line),
  );
  return said;
}

test("names the host whose open rule comes back", () => {
  expect(told({ replaced_rule: JSON.stringify(OPEN) })).toEqual([
    "web: warning: app.example.com: the rule from before the first deploy comes back, to http://app:80, and demands no login: the host is public again unless another application covers it",
  ]);
});

test("says that the application of before comes back with it", () => {
  const given = {
    type: "tunnel_existing_application",
    actions: ["delete"],
    before: { hostname: OPEN.hostname },
  };
  const values = { replaced_rule: JSON.stringify(OPEN) };
  expect(told(values, ["delete"], [given])).toEqual([
    expect.stringMatching(/the application that was there before decides/),
  ]);
});

test.each<[string, object, string]>([
  ["there was none", { replaced_rule: null }, "delete"],
  [
    "it is not put back",
    { replaced_rule: JSON.stringify(OPEN), on_destroy: "remove" },
    "delete",
  ],
  [
    "it demands a login",
    {
      replaced_rule: JSON.stringify({ ...OPEN, originRequest: { access } }),
    },
    "delete",
  ],
  [
    "it lets nobody in",
    { replaced_rule: JSON.stringify({ ...OPEN, service: "http_status:404" }) },
    "delete",
  ],
  [
    "the route is only changed",
    { replaced_rule: JSON.stringify(OPEN) },
    "update",
  ],
])("is silent where %s", (_, values, action) => {
  expect(told(values, [action])).toEqual([]);
});
