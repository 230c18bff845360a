import { servicesOfMain } from "../../rehearsal/service";
import { accountWith, HOST } from "../by-hand/accounts";

test("Caddy knows a service by the Host header of the rule that is there, which the stack's keeps", async () => {
  const account = accountWith(({ rule }) => {
    rule.originRequest = { ...rule.originRequest, httpHostHeader: "inner.x" };
  });
  const [comfyui] = await servicesOfMain(account);
  expect(comfyui).toMatchObject({ hostname: HOST, caddyHost: "inner.x" });
});
