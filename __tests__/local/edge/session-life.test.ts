import type { Policy } from "../../../local/account-objects";
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

const page = `https://${HOST}/`;
const HOUR = 3600;

let lab: Lab;
let ada: Visitor;
let policy: Policy;

beforeEach(async () => {
  lab = await startLab();
  const application = protect(lab, [{ ...allowAda, length: "2h" }], {
    allowed_idps: [lab.google.id],
    auto_redirect_to_identity: true,
  });
  policy = lab.account.policies.get(application.policies[0]!.id)!;
  ada = new Visitor(lab, ADA);
  await ada.visit(page);
});
afterEach(() => lab.close());

/** Whether Google was asked again since a step. */
const askedGoogle = (since: number): boolean =>
  ada.steps.slice(since).some((url) => url.includes("accounts.google.com"));

describe("a person whom the policy no longer names", () => {
  beforeEach(() => {
    policy.include = [{ email: { email: "grace@example.org" } }];
  });

  test("keeps the session that there is", async () => {
    expect((await ada.ask(page)).status).toBe(200);
    const headers = { cookie: await ada.jar.getCookieString(page) };
    expect(await lab.openSocket(`wss://${HOST}/ws`, headers)).toHaveProperty(
      "echo",
    );
    expect(lab.seen.at(-1)?.headers).toMatchObject({
      "cf-access-authenticated-user-email": ADA,
    });
  });

  test("gets no new one when that is over", async () => {
    lab.wait(2 * HOUR + 1);
    const end = await ada.visit(page);
    expect(end.status).toBe(403);
    expect(new URL(end.url).host).toBe(TEAM);
    expect(end.text).toContain("That account does not have access.");
  });

  test("is out at once when it is revoked", async () => {
    lab.account.revocations.push({ at: lab.account.timestamp(), email: ADA });
    expect((await ada.ask(page)).status).toBe(302);
  });
});

test("a login method that is no longer taken counts from the next login on", async () => {
  const pin = [...lab.account.identityProviders.values()].find(
    ({ type }) => type === "onetimepin",
  )!;
  for (const application of lab.account.applications.values())
    application.allowed_idps = [pin.id];
  expect((await ada.ask(page)).status).toBe(200);
});

test("a Block policy is looked at with the next login", async () => {
  policy.decision = "deny";
  const [application] = [...lab.account.applications.values()].filter(
    ({ domain }) => domain === HOST,
  );
  const allow: Policy = { ...policy, id: "allow", decision: "allow" };
  lab.account.policies.set(allow.id, allow);
  application!.policies.push({ id: allow.id, precedence: 2 });

  expect((await ada.ask(page)).status).toBe(200);
  lab.wait(2 * HOUR + 1);
  expect((await ada.visit(page)).status).toBe(403);
});

test("a session that is over is renewed while the team's lasts", async () => {
  const { length } = ada.steps;
  lab.wait(2 * HOUR + 1);
  expect((await ada.ask(page)).status).toBe(302);
  expect((await ada.visit(page)).status).toBe(200);
  expect(askedGoogle(length)).toBe(false);

  lab.wait(25 * HOUR);
  expect((await ada.visit(page)).status).toBe(200);
  expect(askedGoogle(length)).toBe(true);
});

test.each([HOST, TEAM])(
  "logging out at %s ends it everywhere",
  async (host) => {
    const headers = { cookie: await ada.jar.getCookieString(page) };
    await ada.ask(`https://${host}/cdn-cgi/access/logout`);
    expect((await lab.ask(page, { headers })).status).toBe(302);

    const { length } = ada.steps;
    expect((await ada.visit(page)).status).toBe(200);
    expect(askedGoogle(length)).toBe(true);
  },
);
