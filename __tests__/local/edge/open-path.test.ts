import * as fc from "fast-check";
import { decodePath } from "../../../ingress/match";
import { openPathPattern } from "../../../ingress/open-path";
import { rawTargets } from "../../ingress/spellings";
import { testWithSeeds } from "../../seeds";
import {
  ADA,
  allowAda,
  HOST,
  protect,
  serviceAuth,
  startLab,
  Visitor,
  type Lab,
} from "./support";

let lab: Lab;
let token: Record<string, string>;
beforeEach(async () => {
  lab = await startLab();
  const machines = serviceAuth(lab);
  token = machines.headers;
  const app = protect(lab, [machines.policy, allowAda], {
    allowed_idps: [lab.google.id],
    auto_redirect_to_identity: true,
  });
  const open = protect(
    lab,
    [{ decision: "bypass", include: [{ everyone: {} }] }],
    { domain: `${HOST}/webhook` },
  );
  const [tunnel] = lab.account.tunnels.values();
  const rule = { hostname: HOST, service: "http://caddy:80" };
  const access = {
    required: true,
    teamName: "datacrew",
    audTag: [app.aud, open.aud],
  };
  tunnel!.configuration = {
    ...tunnel!.configuration,
    version: tunnel!.configuration.version + 1,
    config: {
      ingress: [
        { ...rule, path: openPathPattern("/webhook") },
        { ...rule, originRequest: { access } },
        { service: "http_status:404" },
      ],
    },
  };
});
afterEach(() => lab.close());

test.each([
  "/webhook",
  "/webhook/",
  "/webhook/order.created?page=../..;%00",
  "/webhook/deep/a/b/c.json",
  "/webhook/id/ann@example.com",
  "/webhook/id/J%C3%BCrgen/",
  "/webhook/id/a%20b",
  "/webhook/id/a+b",
  "/webhook/id/2026-11-27T10:00",
  "/webhook/~a,b=c!",
])("%s is open, and reaches the origin as it was sent", async (target) => {
  expect((await lab.ask(`https://${HOST}${target}`)).status).toBe(200);
  expect(lab.seen.map(({ url }) => url)).toEqual([target]);
});

test.each([
  "/webhook/a;b",
  "/webhook/..;/rest",
  "/webhook/100%25",
  "/webhook/%252e%252e/rest",
  "/webhook/..%2frest",
  "/webhook/..%5crest",
  "/webhook//rest",
  "/webhook/%c0%ae%c0%ae/rest",
  "/webhook/a%00b",
])("%s is 403 for a stranger, a person and a token", async (target) => {
  const url = `https://${HOST}${target}`;
  const person = new Visitor(lab, ADA);
  await person.visit(`https://${HOST}/`);
  const before = lab.seen.length;
  expect((await lab.ask(url)).status).toBe(403);
  expect((await lab.ask(url, { headers: token })).status).toBe(403);
  expect((await person.visit(url)).status).toBe(403);
  expect(lab.seen).toHaveLength(before);
});

test.each(["/webhook#/../rest", "/webhook/#;a", "/webhook/x#%2e%2e"])(
  "%s, which no browser sends, is 403",
  async (target) => {
    const url = `https://${HOST}${target}`;
    expect((await lab.ask(url)).status).toBe(403);
    expect((await lab.ask(url, { headers: token })).status).toBe(403);
    expect(lab.seen).toEqual([]);
  },
);

testWithSeeds(
  "a stranger gets to nothing but names below the open path",
  1,
  async (seed) => {
    let open = 0;
    await fc.assert(
      fc.asyncProperty(
        rawTargets("/webhook"),
        fc.constantFrom("rfc3986" as const, "cloudflare" as const),
        async (target, urlNormalization) => {
          lab.account.switches.urlNormalization = urlNormalization;
          lab.seen.length = 0;
          const { status } = await lab.ask(`https://${HOST}${target}`);
          expect([200, 302, 400, 403, 404]).toContain(status);
          for (const { url } of lab.seen) {
            open += 1;
            const path = decodePath(url.replace(/\?.*$/s, ""));
            expect(`${path}/`).toMatch(/^\/webhook\//);
            expect(path).not.toMatch(/(^|\/)\.{1,2}(\/|$)|[\\;%#\p{Cc}]|\/\//u);
          }
        },
      ),
      { numRuns: 300, seed },
    );
    expect(open).toBeGreaterThan(50);
  },
);
