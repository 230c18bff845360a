import { refusalReasons } from "../../../client/refusal";
import { loginRequired } from "../../../probe/checks/login-required";
import type { Deployed, World } from "../../../probe/world";
import {
  allowAda,
  HOST,
  protect,
  serviceAuth,
  startLab,
  type Lab,
} from "./support";

const URL = `https://${HOST}/`;
const BROWSER = { accept: "text/html,*/*;q=0.8" };

let lab: Lab;
beforeEach(async () => {
  lab = await startLab();
});
afterEach(() => lab.close());

function withOAuth(oauth: object = {}) {
  const { policy } = serviceAuth(lab);
  return protect(lab, [policy, allowAda], {
    allowed_idps: [lab.google.id],
    auto_redirect_to_identity: true,
    oauth_configuration: oauth,
  });
}

test("challenges what is no browser, and sends browsers to log in", async () => {
  withOAuth();
  const program = await lab.ask(URL);
  expect(program.status).toBe(401);
  expect(program.headers["www-authenticate"]).toBe(
    `Bearer resource_metadata="https://${HOST}/.well-known/cloudflare-access-protected-resource/"`,
  );
  expect((await lab.ask(URL, { headers: BROWSER })).status).toBe(302);
});

test("is known as a refusal of Access, and not of the service", async () => {
  withOAuth();
  const { headers, status } = await lab.ask(URL);
  expect(refusalReasons(status, headers, false)).toEqual(["missing"]);
  // A service's own challenge is none.
  const own = { "www-authenticate": 'Bearer resource_metadata="https://a/b"' };
  expect(refusalReasons(401, own, false)).toBeUndefined();
});

test("lets a service token in all the same", async () => {
  withOAuth();
  const { headers } = serviceAuth(lab);
  expect((await lab.ask(URL, { headers })).status).toBe(200);
});

test("sends everybody to log in where it is off", async () => {
  withOAuth({ enabled: false });
  expect((await lab.ask(URL)).status).toBe(302);
});

test("counts for the probe as a login that is asked for", async () => {
  const { aud } = withOAuth();
  const ask: World["ask"] = async (url, given = {}) => {
    const { headers, status, text } = await lab.ask(url, {
      headers: given.headers as Record<string, string>,
    });
    const all = Object.entries(headers).map(([name, value]) => [
      name,
      String(value),
    ]);
    return { status, text, headers: new Headers(all as [string, string][]) };
  };
  const deployed = { aud, hostname: HOST, teamName: "datacrew" } as Deployed;
  expect(await loginRequired.run(deployed, { ask } as World)).toMatchObject({
    status: "kept",
    seen: "302 to the team, then to Google; a program is told 401 with the place to get a token (managed OAuth)",
  });
});
