import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { synthesized } from "../../base/synthesized";
import { planInOrder } from "../../deployment/order-of-routes";
import { TerraformError } from "../../deployment/terraform";

let dir: string;
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), "order-"))));
afterEach(() => rmSync(dir, { recursive: true }));

const RECORD = {
  from: "cloudflare_dns_record.record",
  to: "tunnel_dns_record.record",
};

const CODE = {
  moved: [{ from: "tunnel_route.a", to: "tunnel_route.b" }, RECORD],
  resource: {
    tunnel_route: {
      host: { depends_on: ["tunnel_route.queue"] },
      queue: { depends_on: ["cloudflare_zero_trust_access_application.a"] },
    },
    tunnel_dns_record: { record: { depends_on: ["tunnel_route.host"] } },
  },
};

test.each([
  ["Error: Cycle: tunnel_route.host (destroy), tunnel_route.queue", []],
  ["Error: something else", ["tunnel_route.queue"]],
])("after %s, routes depend on the routes %j", async (failure, order) => {
  writeFileSync(join(dir, "cdk.tf.json"), JSON.stringify(CODE));
  let tries = 0;
  const planned = planInOrder({ dir }, async () => {
    if (++tries === 1) throw new TerraformError("plan", failure);
    return "planned";
  });
  if (order.length > 0) await expect(planned).rejects.toThrow(failure);
  else expect(await planned).toBe("planned");
  const { tunnel_route } = CODE.resource;
  expect(synthesized({ dir })).toEqual({
    // A route stays where the state has it.
    moved: [RECORD],
    resource: {
      ...CODE.resource,
      tunnel_route: { ...tunnel_route, host: { depends_on: order } },
    },
  });
});
