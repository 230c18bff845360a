import {
  createLocalJWKSet,
  decodeProtectedHeader,
  jwtVerify,
  type JSONWebKeySet,
} from "jose";
import {
  ADA,
  allowAda,
  HOST,
  MALLORY,
  protect,
  startLab,
  TEAM,
  Visitor,
  type Lab,
} from "./support";

let lab: Lab;

beforeEach(async () => {
  lab = await startLab();
});
afterEach(() => lab.close());

const page = `https://${HOST}/view?name=a%20b`;

/** An application that goes straight to Google. */
function protectForAda(settings: Parameters<typeof protect>[2] = {}) {
  return protect(lab, [allowAda], {
    allowed_idps: [lab.google.id],
    auto_redirect_to_identity: true,
    ...settings,
  });
}

describe("someone without a session", () => {
  test("is sent to the team domain with the application's aud and a way back", async () => {
    const { aud } = protectForAda();

    const answer = await lab.ask(page);

    expect(answer.status).toBe(302);
    const login = new URL(answer.headers.location!);
    expect(login.origin + login.pathname).toBe(
      `https://${TEAM}/cdn-cgi/access/login/${HOST}`,
    );
    expect(login.searchParams.get("kid")).toBe(aud);
    expect(login.searchParams.get("redirect_url")).toBe("/view?name=a%20b");
    expect(lab.seen).toEqual([]);
  });

  test("carries a signed meta that tells what was asked", async () => {
    const { aud } = protectForAda();

    const { headers } = await lab.ask(page);

    const meta = new URL(headers.location!).searchParams.get("meta")!;
    const keys = createLocalJWKSet(await lab.edge.certs());
    const { payload } = await jwtVerify(meta, keys);
    expect(payload).toMatchObject({
      type: "meta",
      aud,
      hostname: HOST,
      redirect_url: "/view?name=a%20b",
      service_token_status: false,
      auth_status: "NONE",
    });
  });

  test("is told so by 401 where a script asks, and by 302 where a WebSocket does", async () => {
    protectForAda();

    const script = await lab.ask(page, {
      headers: { "x-requested-with": "XMLHttpRequest" },
    });
    const socket = await lab.openSocket(`wss://${HOST}/ws`);

    expect(script.status).toBe(401);
    expect(socket).toMatchObject({
      status: 302,
      location: expect.stringContaining(`https://${TEAM}/`),
    });
  });

  test("can choose between the application's login methods", async () => {
    protect(lab, [allowAda]);
    const { headers } = await lab.ask(page);

    const { status, text } = await lab.ask(headers.location!);

    expect(status).toBe(200);
    expect(text).toContain("<title>Sign in ・ Cloudflare Access</title>");
    expect(text).toContain(">Google</a>");
    expect(text).toContain(">One-time PIN</a>");
  });

  test("is told that a login by SAML can't be had here", async () => {
    const saml = { id: "saml", name: "Company", type: "saml" };
    lab.account.identityProviders.set(saml.id, {
      ...saml,
      config: {},
      version: "1",
    });
    protectForAda({ allowed_idps: [saml.id] });

    const end = await new Visitor(lab, ADA).visit(page);

    expect(end.status).toBe(501);
    expect(end.text).toContain("Company is not available here");
  });
});

describe("the request to Google", () => {
  async function authorization(): Promise<URLSearchParams> {
    protectForAda();
    const google = await new Visitor(lab, ADA).visit(page, (url) =>
      url.startsWith("https://accounts.google.com/"),
    );
    return new URL(google.url).searchParams;
  }

  test("names the team's callback, never the application's host", async () => {
    const query = await authorization();

    expect(query.get("redirect_uri")).toBe(
      `https://${TEAM}/cdn-cgi/access/callback`,
    );
    expect(query.get("scope")).toBe("openid email profile");
    expect(query.get("state")).toMatch(/^[0-9a-f]{64}\.[A-Za-z0-9+/=]+$/);
  });

  test("has a PKCE challenge where the login method asks for it", async () => {
    expect((await authorization()).get("code_challenge_method")).toBe("S256");
  });

  test("has none where it does not", async () => {
    lab.google.config.pkce_enabled = false;

    expect((await authorization()).get("code_challenge")).toBeNull();
  });
});

test("an allowed person ends where they wanted to go", async () => {
  protectForAda();

  const end = await new Visitor(lab, ADA).visit(page);

  expect(end).toMatchObject({ status: 200, url: page });
  expect(end.text).toBe("origin GET /view?name=a%20b ");
});

test("a person without PKCE gets in as well", async () => {
  lab.google.config.pkce_enabled = false;
  protectForAda();

  expect((await new Visitor(lab, ADA).visit(page)).status).toBe(200);
});

test("another person is refused on the team domain and reaches nothing", async () => {
  protectForAda();

  const end = await new Visitor(lab, MALLORY).visit(page);

  expect(end.status).toBe(403);
  expect(new URL(end.url).host).toBe(TEAM);
  expect(end.text).toContain("That account does not have access.");
  expect(lab.seen).toEqual([]);
});

test("an application may send those it refuses elsewhere", async () => {
  const elsewhere = `https://${TEAM}/elsewhere`;
  protectForAda({ custom_deny_url: elsewhere });

  const end = await new Visitor(lab, MALLORY).visit(page);

  expect(end.url).toBe(elsewhere);
});

test("logins are in the account's log, and the person is one of its users", async () => {
  const { id } = protectForAda();

  await new Visitor(lab, ADA).visit(page);
  await new Visitor(lab, MALLORY).visit(page);

  expect(lab.account.accessLog).toMatchObject([
    { user_email: ADA, allowed: true, connection: "google", app_uid: id },
    { user_email: MALLORY, allowed: false, connection: "google", app_uid: id },
  ]);
  expect(lab.account.users.get(ADA)).toMatchObject({
    email: ADA,
    name: "Ada Crew",
  });
});

describe("the token of a person", () => {
  test("reaches the origin, signed by the published keys and made out to the application", async () => {
    const { aud, policies } = protectForAda();

    await new Visitor(lab, ADA).visit(page);

    const { headers } = lab.seen[0]!;
    const token = headers["cf-access-jwt-assertion"] as string;
    const certs = JSON.parse(
      (await lab.ask(`https://${TEAM}/cdn-cgi/access/certs`)).text,
    ) as JSONWebKeySet;
    const { payload } = await jwtVerify(token, createLocalJWKSet(certs), {
      issuer: `https://${TEAM}`,
      audience: aud,
    });
    expect(payload).toMatchObject({
      type: "app",
      aud: [aud],
      email: ADA,
      sub: lab.account.users.get(ADA)!.id,
      policy_id: policies[0]!.id,
    });
    expect(decodeProtectedHeader(token)).toMatchObject({
      alg: "RS256",
      typ: "JWT",
    });
    expect(headers["cf-access-authenticated-user-email"]).toBe(ADA);
  });

  test("lasts as long as the policy says, and the application where it says nothing", async () => {
    const lifetime = async () => {
      await new Visitor(lab, ADA).visit(page);
      const token = lab.seen.at(-1)!.headers["cf-access-jwt-assertion"];
      const keys = createLocalJWKSet(await lab.edge.certs());
      const { payload } = await jwtVerify(String(token), keys);
      return payload.exp! - payload.iat!;
    };
    const application = protectForAda({ session_duration: "2h" });
    expect(await lifetime()).toBe(2 * 3600);

    lab.account.policies.get(application.policies[0]!.id)!.session_duration =
      "30m";
    expect(await lifetime()).toBe(30 * 60);
  });
});

describe("a session cookie", () => {
  async function cookies(settings: Parameters<typeof protect>[2]) {
    protectForAda(settings);
    const visitor = new Visitor(lab, ADA);
    const authorized = await visitor.visit(page, (url) =>
      url.includes("/cdn-cgi/access/authorized"),
    );
    return (await visitor.ask(authorized.url)).headers["set-cookie"] ?? [];
  }

  test("is not for scripts", async () => {
    expect(await cookies({})).toEqual([
      expect.stringMatching(
        /^CF_Authorization=.+; Expires=.+ GMT; Path=\/; Secure; HttpOnly$/,
      ),
    ]);
  });

  test("is for scripts where the application says so", async () => {
    const [cookie] = await cookies({ http_only_cookie_attribute: false });

    expect(cookie).toMatch(/^CF_Authorization=/);
    expect(cookie).not.toContain("HttpOnly");
  });

  test("has the application's SameSite and path", async () => {
    const [cookie] = await cookies({
      domain: `${HOST}/view`,
      path_cookie_attribute: true,
      same_site_cookie_attribute: "lax",
    });

    expect(cookie).toContain("; Path=/view; ");
    expect(cookie).toContain("; SameSite=Lax");
  });

  test("is worth nothing in another browser where it is bound to the first", async () => {
    protectForAda({ enable_binding_cookie: true });
    const visitor = new Visitor(lab, ADA);
    expect((await visitor.visit(page)).status).toBe(200);
    const token = await visitor.cookie(page, "CF_Authorization");

    const stolen = await lab.ask(page, {
      headers: { cookie: `CF_Authorization=${token}` },
    });

    expect(stolen.status).toBe(302);
  });
});
