import { ingressFaults } from "../../ingress/validate";
import { resourcesOf } from "../../review/change";
import { withPlannedIds } from "../../review/placeholders";
import { readPlan } from "../../review/plan";
import { change, planJson } from "./plans";

test("numbers that a route keeps of the rule before stay numbers", () => {
  const after = {
    ...{ id: "a/t/x.example.com", account_id: "a", tunnel_id: "t" },
    ...{ hostname: "x.example.com", service: "http://x:1" },
    kept_settings: '{"connectTimeout":10}',
  };
  const plan = readPlan(
    "web",
    planJson([change("tunnel_route.x", ["create"], { after })]),
  );
  const [route] = resourcesOf(withPlannedIds([plan]), "route");
  const rules = [route!.after!.rule, { service: "http_status:404" }];
  expect(String(rules[0]?.originRequest?.["connectTimeout"])).toBe("10");
  expect(ingressFaults(rules)).toEqual([]);
});
