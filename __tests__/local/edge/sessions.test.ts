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
import type { Application } from "../../../local/account-objects";

let lab: Lab;
let application: Application;
let ada: Visitor;

const HOUR = 3600;
const page = `https://${HOST}/`;

beforeEach(async () => {
  lab = await startLab();
  application = protect(lab, [allowAda], {
    allowed_idps: [lab.google.id],
    auto_redirect_to_identity: true,
    session_duration: "1h",
  });
  lab.account.organization!.session_duration = "6h";
  ada = new Visitor(lab, ADA);
  expect((await ada.visit(page)).status).toBe(200);
  ada.steps.length = 0;
});
afterEach(() => lab.close());

/** Hosts that a visit led over, one after the other. */
async function wayOf(visitor: Visitor): Promise<string[]> {
  const { status } = await visitor.visit(page);
  const hosts = visitor.steps.map((url) => new URL(url).host);
  return [...new Set(hosts), String(status)];
}

test("a session goes on without another login", async () => {
  lab.wait(HOUR - 60);

  expect(await wayOf(ada)).toEqual([HOST, "200"]);
});

test("a session that has expired is renewed without Google while the team's lives", async () => {
  lab.wait(HOUR + 60);

  expect(await wayOf(ada)).toEqual([HOST, TEAM, "200"]);
});

test("the token of a session that has expired is worth nothing", async () => {
  const token = (await ada.cookie(page, "CF_Authorization"))!;
  const headers = { "cf-access-token": token };
  expect((await lab.ask(page, { headers })).status).toBe(200);
  lab.wait(HOUR + 60);

  expect((await lab.ask(page, { headers })).status).toBe(302);
});

test("Google is asked again when the team's session has expired too", async () => {
  lab.wait(6 * HOUR + 60);

  expect(await wayOf(ada)).toContain("accounts.google.com");
});

test("a person whose sessions were revoked has to log in again", async () => {
  lab.account.revocations.push({ at: lab.account.timestamp(), email: ADA });

  expect((await ada.ask(page)).status).toBe(302);
  expect(await wayOf(ada)).toContain("accounts.google.com");
});

test("a revocation does not touch sessions that begin after it, in the same second neither", async () => {
  const { account } = lab;
  account.revocations.push({ at: account.timestamp(), app_id: application.id });

  expect(await wayOf(ada)).toEqual([HOST, TEAM, "200"]);
  expect((await ada.ask(page)).status).toBe(200);
});

test("a revocation of someone else's sessions touches nobody", async () => {
  const at = lab.account.timestamp();
  lab.account.revocations.push(
    { at, email: "grace@example.org" },
    { at, app_id: "another" },
  );

  expect((await ada.ask(page)).status).toBe(200);
});

test("a rule about addresses is looked at with each request", async () => {
  const policy = lab.account.policies.get(application.policies[0]!.id)!;
  policy.require = [{ ip: { ip: "192.0.2.0/24" } }];
  expect((await ada.ask(page)).status).toBe(403);

  policy.require = [{ ip: { ip: "127.0.0.0/8" } }];
  expect((await ada.ask(page)).status).toBe(200);
});

test("a clock of the account that is not the machine's does not make browsers forget", async () => {
  lab.wait(-400 * 24 * HOUR);

  expect((await new Visitor(lab, ADA).visit(page)).status).toBe(200);
});

test("a logout at the application's host ends the session and is logged", async () => {
  const token = (await ada.cookie(page, "CF_Authorization"))!;

  await ada.ask(`https://${HOST}/cdn-cgi/access/logout`);

  expect(await ada.cookie(page, "CF_Authorization")).toBeUndefined();
  const headers = { "cf-access-token": token };
  expect((await lab.ask(page, { headers })).status).toBe(302);
  expect(lab.account.accessLog.at(-1)).toMatchObject({
    action: "logout",
    user_email: ADA,
  });
});

test.each([HOST, TEAM])("%s tells a person who they are", async (host) => {
  const url = `https://${host}/cdn-cgi/access/get-identity`;

  expect(JSON.parse((await ada.ask(url)).text)).toMatchObject({
    email: ADA,
    name: "Ada Crew",
    idp: { id: lab.google.id, type: "google" },
    account_id: lab.account.id,
  });
  expect((await lab.ask(url)).status).toBe(401);
});

describe("the keys of the team", () => {
  test("are two, the same at the team's domain and at the application's host", async () => {
    const [atTeam, atHost] = await Promise.all(
      [TEAM, HOST].map((host) =>
        lab.ask(`https://${host}/cdn-cgi/access/certs`),
      ),
    );

    expect(JSON.parse(atTeam!.text)).toEqual(JSON.parse(atHost!.text));
    const { keys, public_cert, public_certs } = await lab.edge.certs();
    expect(keys).toMatchObject([
      { kty: "RSA", alg: "RS256", use: "sig" },
      { kty: "RSA", alg: "RS256", use: "sig" },
    ]);
    expect(public_certs.map(({ kid }) => kid)).toEqual(
      keys.map(({ kid }) => kid),
    );
    expect(public_cert).toEqual(public_certs[0]);
  });

  test("are replaced after six weeks, and the one before stays for a week", async () => {
    const [before] = (await lab.edge.certs()).keys;
    lab.wait(42 * 24 * HOUR);

    const [now, previous] = (await lab.edge.certs()).keys;

    expect(previous).toEqual(before);
    expect(now).not.toEqual(before);
  });

  test("sign tokens that outlive one rotation and not two", async () => {
    lab.edge.rotateKeys();
    expect((await ada.ask(page)).status).toBe(200);

    lab.edge.rotateKeys();
    expect((await ada.ask(page)).status).toBe(302);
  });

  test("stop counting seven days after a rotation", async () => {
    lab.account.policies.get(application.policies[0]!.id)!.session_duration =
      "730h";
    const other = new Visitor(lab, ADA);
    await other.visit(page);
    lab.edge.rotateKeys();
    lab.wait(7 * 24 * HOUR - 60);
    expect((await other.ask(page)).status).toBe(200);

    lab.wait(120);
    expect((await other.ask(page)).status).toBe(302);
  });
});

test("nothing below /cdn-cgi/ reaches the origin", async () => {
  lab.seen.length = 0;

  const answers = await Promise.all(
    [
      "/cdn-cgi/trace",
      "/cdn-cgi/access/callback",
      "/cdn-cgi/",
      "/CDN-CGI/x",
    ].map((path) => ada.ask(`https://${HOST}${path}`)),
  );

  expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
  expect(lab.seen).toEqual([]);
});
