import { ingressRuleCheck } from "../../doctor/checks/ingress-rule";
import type { ServiceContext } from "../../doctor/context";
import type { PlannedRoute } from "../../doctor/planned";
import { openPathPattern } from "../../ingress/open-path";
import type { IngressRule } from "../../ingress/rule";
import { loadAccount } from "../../local/account-file";

const HOST = "n8n.datacrew.space";
const SERVICE = "http://n8n:5678";
const [tunnel] = loadAccount("guide").tunnels.values();
const GUIDE: readonly IngressRule[] =
  tunnel?.configuration.config?.ingress ?? [];

const whole: PlannedRoute = { rule: { hostname: HOST, service: SERVICE } };
const webhook: PlannedRoute = {
  rule: {
    hostname: HOST,
    path: openPathPattern("/webhook"),
    service: SERVICE,
  },
};

/** What the check warns of before a deploy of these routes. */
async function warnings(
  rules: readonly IngressRule[],
  routes: readonly PlannedRoute[],
): Promise<string[]> {
  const context = {
    account: { configuration: async () => ({ source: "cloudflare", rules }) },
    service: { routes },
  } as unknown as ServiceContext;
  const seen = [await ingressRuleCheck.run(context)].flat();
  return seen
    .filter(({ status }) => status === "warning")
    .map(({ todo, what }) => {
      expect(todo).toMatch(/remove that rule on that page/);
      return what;
    });
}

test("warns of the guide's webhook rule, which stays beside the open path's own", async () => {
  expect(await warnings(GUIDE, [whole, webhook])).toEqual([
    `rule 1, ${HOST} ^/webhook to ${SERVICE} stays beside the service's own for an open path, and is wider: everyone gets through it with spellings such as "/..%2f", past the login`,
  ]);
});

test("warns of it where no path is to be open, too", async () => {
  expect(await warnings(GUIDE, [whole])).toEqual([
    `rule 1, ${HOST} ^/webhook to ${SERVICE} stays, and takes its paths without the JWT check`,
  ]);
});

test("says nothing of a rule that checks the JWT itself", async () => {
  const access = { required: true, teamName: "datacrew", audTag: ["aud"] };
  const [first, ...rest] = GUIDE;
  const checked = { ...first, originRequest: { access } };
  expect(await warnings([checked, ...rest], [whole, webhook])).toEqual([]);
});

test("says nothing of one that no request reaches, or that is the stack's own", async () => {
  const [first, second, ...rest] = GUIDE;
  expect(await warnings([second!, first!, ...rest], [whole])).toEqual([]);
  expect(
    await warnings([webhook.rule, second!, ...rest], [whole, webhook]),
  ).toEqual([]);
});

test("warns of it before the host has a rule of its own", async () => {
  expect(
    await warnings(
      GUIDE.filter((_, n) => n !== 1),
      [whole],
    ),
  ).toEqual([expect.stringContaining("rule 1,")]);
});
