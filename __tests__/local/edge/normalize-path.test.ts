import { normalizePath } from "../../../access/normalize-path";
import {
  ADA,
  allowAda,
  HOST,
  protect,
  startLab,
  TEAM,
  Visitor,
  type Lab,
} from "./support";

// From https://developers.cloudflare.com/rules/normalization/examples/
test.each([
  ["/hello", "/hello", "/hello"],
  ["/%68ello", "/hello", "/hello"],
  ["/%68ello//pa\\th", "/hello//pa%5Cth", "/hello/pa/th"],
  ["/hello//../path", "/hello/path", "/path"],
  ["/hello/\\../path", "/hello/%5C../path", "/path"],
])("%s becomes %s, and %s with slashes tidied up", (path, rfc, cloudflare) => {
  expect(normalizePath(path, "rfc3986")).toBe(rfc);
  expect(normalizePath(path, "cloudflare")).toBe(cloudflare);
});

test.each([
  ["/", "/"],
  ["/a/%2e%2E/b", "/b"],
  ["/../../a", "/a"],
  ["/a/b/..", "/a/"],
  ["/a/.", "/a/"],
  ["/a%2fb%3B", "/a%2Fb%3B"],
  ["/a;b=(c)", "/a;b=(c)"],
  ["/A", "/A"],
  ["/a b", "/a%20b"],
  ["/ä", "/%C3%A4"],
  ["/%", "/%"],
])("%s becomes %s by RFC 3986", (path, normal) => {
  expect(normalizePath(path, "rfc3986")).toBe(normal);
});

describe("at the edge", () => {
  let lab: Lab;
  beforeEach(async () => {
    lab = await startLab();
    protect(lab, [allowAda], {
      allowed_idps: [lab.google.id],
      auto_redirect_to_identity: true,
    });
    protect(lab, [{ decision: "bypass", include: [{ everyone: {} }] }], {
      domain: `${HOST}/webhook`,
    });
  });
  afterEach(() => lab.close());

  test.each(["/webhook", "/web%68ook/a", "/x/../webhook", "/webhook//a"])(
    "%s is the open path, and the origin gets it as it was sent",
    async (path) => {
      expect((await lab.ask(`https://${HOST}${path}?q`)).status).toBe(200);
      expect(lab.seen[0]?.url).toBe(`${path}?q`);
    },
  );

  test.each([
    "/webhook/../queue",
    "/webhook/%2e%2e/queue",
    "/webhook/.%2E",
    "//webhook",
    "/WEBHOOK",
    "/webhook%2F..",
    "/webhook%2f",
  ])("%s is not", async (path) => {
    const { headers, status } = await lab.ask(`https://${HOST}${path}`);
    expect(status).toBe(302);
    expect(new URL(headers.location!).host).toBe(TEAM);
    expect(lab.seen).toEqual([]);
  });

  test("//webhook is, in a zone that merges slashes", async () => {
    lab.account.switches.urlNormalization = "cloudflare";
    expect((await lab.ask(`https://${HOST}//webhook`)).status).toBe(200);
  });

  test("Cloudflare's own paths never reach the origin, however they are spelt", async () => {
    const { status } = await lab.ask(`https://${HOST}/%63dn-cgi/x`);
    expect(status).toBe(404);
    expect(lab.seen).toEqual([]);
  });

  test.each(["//queue", "/a/../queue", "/%71ueue"])(
    "someone who wants to go to %s gets there by a login",
    async (path) => {
      const end = await new Visitor(lab, ADA).visit(`https://${HOST}${path}`);
      expect(end.status).toBe(200);
    },
  );
});
