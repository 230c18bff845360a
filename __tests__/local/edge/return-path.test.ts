import type { Application } from "../../../local/account-objects";
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

let lab: Lab;
let application: Application;

beforeAll(async () => {
  lab = await startLab();
  application = protect(lab, [allowAda], {
    allowed_idps: [lab.google.id],
    auto_redirect_to_identity: true,
  });
});
afterAll(() => lab.close());

function loginUrl(redirectUrl: string): string {
  const url = new URL(`https://${TEAM}/cdn-cgi/access/login/${HOST}`);
  url.searchParams.set("kid", application.aud);
  url.searchParams.set("redirect_url", redirectUrl);
  return url.href;
}

/** Whether a step has left the hosts that a login goes through. */
function isElsewhere(url: string): boolean {
  return ![HOST, TEAM, "accounts.google.com"].includes(new URL(url).hostname);
}

test.each([
  ["/view?name=%20", "/view?name=%20"],
  ["/你?x=é", "/%E4%BD%A0?x=%C3%A9"],
  ["/a\r\nSet-Cookie: b=c", "/aSet-Cookie:%20b=c"],
  ["/\0x", "/%00x"],
  ["//evil.example/", "//evil.example/"],
  ["/\\evil.example/", "//evil.example/"],
  ["/\t/evil.example/", "//evil.example/"],
  ["@evil.example/", "/@evil.example/"],
  [`https://${HOST}/queue`, "/queue"],
  ["", "/"],
])(
  "a login that is to end at %j ends at %s on the host",
  async (wanted, path) => {
    const end = await new Visitor(lab, ADA).visit(
      loginUrl(wanted),
      isElsewhere,
    );
    expect(end.url).toBe(`https://${HOST}${path}`);
    expect(end.status).toBe(200);
  },
);

test.each([
  "https://evil.example/",
  `https://${HOST}.evil.example/`,
  `https://${HOST}@evil.example/`,
  `http://${HOST}/`,
  "javascript:alert(1)",
  "https://",
])("fails for %s", async (wanted) => {
  expect((await lab.ask(loginUrl(wanted))).status).toBe(400);
});
