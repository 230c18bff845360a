import { ingressRuleCheck } from "../../doctor/checks/ingress-rule";
import type { Seen } from "../../doctor/check";
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

/** What the check says of a tunnel with these rules. */
async function seenOf(
  rules: readonly IngressRule[],
  routes: readonly PlannedRoute[],
): Promise<Seen[]> {
  const context = {
    account: { configuration: async () => ({ source: "cloudflare", rules }) },
    service: { name: "n8n", routes },
  } as unknown as ServiceContext;
  return [await ingressRuleCheck.run(context)].flat();
}

/** What the check warns of before a deploy of these routes. */
async function warnings(
  rules: readonly IngressRule[],
  routes: readonly PlannedRoute[],
): Promise<string[]> {
  return (await seenOf(rules, routes))
    .filter(({ status }) => status === "warning")
    .map(({ todo, what }) => {
      expect(todo).toMatch(/Write existingRules: \["\^\/webhook"\] into/);
      return what;
    });
}

test("warns of the guide's webhook rule, which stays beside the open path's own", async () => {
  expect(await warnings(GUIDE, [whole, webhook])).toEqual([
    `rule 1, ${HOST} ^/webhook to ${SERVICE} stays next to the service's own for an open path, and is wider: everyone gets through it with spellings such as "/..%2f", past the login`,
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

describe("compares the whole rule with what was deployed", () => {
  const access = { required: true, teamName: "datacrew", audTag: ["aud"] };
  const deployed: IngressRule = {
    hostname: HOST,
    service: SERVICE,
    originRequest: { access, connectTimeout: 10, httpHostHeader: "n8n" },
  };
  const [, , ...rest] = GUIDE;

  const look = async (found: IngressRule, more: Partial<PlannedRoute> = {}) =>
    seenOf([found, ...rest], [{ ...whole, id: "id", deployed, ...more }]);

  test("finds nothing where both mean the same", async () => {
    const originRequest = { noTLSVerify: null, ...deployed.originRequest };
    expect(await look({ ...deployed, path: "", originRequest })).toEqual([
      expect.objectContaining({
        status: "ok",
        what: `this stack's own rule exists (rule 1, ${HOST} to ${SERVICE})`,
      }),
    ]);
  });

  test.each<[string, IngressRule, string]>([
    [
      "another service",
      { ...deployed, service: "http://elsewhere:1" },
      `service is "http://elsewhere:1" instead of "${SERVICE}"`,
    ],
    [
      "another audience",
      {
        ...deployed,
        originRequest: {
          ...deployed.originRequest,
          access: { ...access, audTag: ["other"] },
        },
      },
      'access.audTag is ["other"] instead of ["aud"]',
    ],
    [
      "another team",
      {
        ...deployed,
        originRequest: {
          ...deployed.originRequest,
          access: { ...access, teamName: "x" },
        },
      },
      'access.teamName is "x" instead of "datacrew"',
    ],
    [
      "a setting more",
      {
        ...deployed,
        originRequest: { ...deployed.originRequest, noTLSVerify: true },
      },
      "noTLSVerify is true instead of not set",
    ],
    [
      "a setting less",
      { ...deployed, originRequest: { access, connectTimeout: 10 } },
      'httpHostHeader is not set instead of "n8n"',
    ],
    [
      "no check of the JWT",
      {
        ...deployed,
        originRequest: {
          connectTimeout: 10,
          httpHostHeader: "n8n",
          access: { ...access, required: false },
        },
      },
      "; its connector checks no JWT of Access now",
    ],
  ])("names %s", async (_, found, what) => {
    const [seen, ...more] = await look(found);
    expect(more).toEqual([]);
    expect(seen).toMatchObject({ status: "warning" });
    expect(seen?.what).toContain("somebody has changed it");
    expect(seen?.what).toContain(what);
  });

  test("names a foreign rule before it that takes all of its requests", async () => {
    const foreign = { hostname: "*.datacrew.space", service: "http://other:1" };
    const seen = await seenOf(
      [foreign, deployed, ...rest],
      [{ ...whole, id: "id", deployed }],
    );
    expect(seen.map(({ status }) => status)).toEqual(["ok", "warning"]);
    expect(seen[1]?.what).toMatch(
      /rule 1, .* takes all of its requests, without the JWT check/,
    );
    expect(seen[1]?.todo).toMatch(
      /npm run deploy -- n8n puts the service's own before it/,
    );
  });

  test("names one that takes a part, and whether it checks the JWT", async () => {
    const foreign = {
      hostname: "*.datacrew.space",
      path: "^/status$",
      service: "http://other:1",
      originRequest: { access },
    };
    const seen = await seenOf(
      [foreign, deployed, ...rest],
      [{ ...whole, id: "id", deployed }],
    );
    expect(seen[1]?.what).toMatch(
      /may take some of its paths, with a check of the JWT of its own/,
    );
  });
});

describe("says what becomes of a rule that somebody made", () => {
  const [, , ...rest] = GUIDE;
  const theirs: IngressRule = {
    hostname: HOST,
    service: "https://n8n:443",
    originRequest: {
      access: { required: true, teamName: "datacrew", audTag: ["theirs"] },
      noTLSVerify: true,
      originServerName: "n8n.internal",
    },
  };

  test("which settings stay, and that a destroy gives back its check of the JWT", async () => {
    expect((await seenOf([theirs, ...rest], [whole]))[0]?.what).toBe(
      `adopted: rule 1, ${HOST} to https://n8n:443 is replaced (${SERVICE} from then on), keeping noTLSVerify, originServerName, remembered, and put back by a destroy, its check of the JWT included (audTag theirs)`,
    );
  });

  test("that none comes back where the code says so", async () => {
    const [seen] = await seenOf(
      [theirs, ...rest],
      [{ ...whole, leavesNone: true }],
    );
    expect(seen?.what).toMatch(/, and a destroy leaves no rule$/);
  });

  test("that one which another hides is left where it is", async () => {
    const foreign = { hostname: "*.datacrew.space", service: "http://other:1" };
    const [seen] = await seenOf([foreign, theirs, ...rest], [whole]);
    expect(seen?.what).toMatch(
      /^answered by rule 1, \*\.datacrew\.space .* so far/,
    );
  });
});
