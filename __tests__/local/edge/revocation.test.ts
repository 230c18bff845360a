import { Cloudflare } from "../../../account/cloudflare";
import type { Application } from "../../../local/account-objects";
import { createApi } from "../../../local/api/api";
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

const page = `https://${HOST}/`;

let lab: Lab;
let application: Application;
let ada: Visitor;
let client: Cloudflare;
let token: ReturnType<typeof serviceAuth>;

beforeEach(async () => {
  lab = await startLab();
  token = serviceAuth(lab);
  application = protect(lab, [token.policy, allowAda], {
    allowed_idps: [lab.google.id],
    auto_redirect_to_identity: true,
  });
  ada = new Visitor(lab, ADA);
  const api = createApi(lab.account);
  client = new Cloudflare({
    apiToken: lab.account.apiTokens[0]!.value,
    fetch: (url, init) => api.handle(new Request(url, init)),
  });
});
afterEach(() => lab.close());

const at = () => ({ account_id: lab.account.id });

/** The session that a service token gets with its first request. */
async function cookieOf(headers: Record<string, string>): Promise<string> {
  const answer = await lab.ask(page, { headers });
  const set = answer.headers["set-cookie"] ?? [];
  return set.find((one) => one.startsWith("CF_Auth"))!.split(";")[0]!;
}

async function sessions(email = ADA) {
  const { users } = client.zeroTrust.access;
  const found = [];
  for await (const user of users.list({ ...at(), email }))
    for await (const one of users.activeSessions.list(user.id!, at()))
      found.push(one);
  return found;
}

test("lists the sessions of a person, with the applications they have led to", async () => {
  await ada.visit(page);
  await new Visitor(lab, ADA).visit(page);

  const [first, second, ...more] = await sessions();

  expect(more).toEqual([]);
  expect(first?.metadata?.nonce).not.toBe(second?.metadata?.nonce);
  expect(first).toMatchObject({
    expiration: first?.metadata?.expires,
    metadata: {
      apps: {
        [application.id]: {
          hostname: HOST,
          name: "ComfyUI",
          uid: application.id,
        },
      },
    },
  });
});

test.each([
  ["a logout", () => ada.ask(`https://${HOST}/cdn-cgi/access/logout`)],
  [
    "a revocation",
    () =>
      client.zeroTrust.organizations.revokeUsers({
        ...at(),
        email: "ADA@datacrew.space",
      }),
  ],
  ["the end of its time", async () => lab.wait(40 * 86_400)],
])("lists none after %s", async (_name, end) => {
  await ada.visit(page);
  expect(await sessions()).toHaveLength(1);

  await end();

  expect(await sessions()).toEqual([]);
});

test("fails for a person nobody knows", async () => {
  const { activeSessions } = client.zeroTrust.access.users;
  const unknown = activeSessions.list(lab.account.newId(), at());
  await expect(unknown).rejects.toMatchObject({ status: 404 });
});

test.each(["Revoke", "Write"])(
  "an application's sessions end with the permission to %s",
  async (verb) => {
    lab.account.apiTokens[0]!.permissions = [
      `Access: Apps and Policies ${verb}`,
    ];
    await ada.visit(page);
    expect((await ada.ask(page)).status).toBe(200);

    await client.zeroTrust.access.applications.revokeTokens(
      application.id,
      at(),
    );

    expect((await ada.ask(page)).status).toBe(302);
  },
);

test("fails to end them with the permission to read", async () => {
  lab.account.apiTokens[0]!.permissions = ["Access: Apps and Policies Read"];
  const revoking = client.zeroTrust.access.applications.revokeTokens(
    application.id,
    at(),
  );
  await expect(revoking).rejects.toMatchObject({ status: 403 });
});

test("the cookie of a service token ends with the application's sessions, the token itself works on", async () => {
  const { headers } = token;
  const cookie = await cookieOf(headers);
  expect((await lab.ask(page, { headers: { cookie } })).status).toBe(200);

  lab.wait(1);
  await client.zeroTrust.access.applications.revokeTokens(application.id, at());

  expect((await lab.ask(page, { headers: { cookie } })).status).toBe(302);
  expect((await lab.ask(page, { headers })).status).toBe(200);
});

test("a service token is logged where it is accepted, a wrong one beside people's logins is not, and its cookie nowhere", async () => {
  const { headers } = token;
  const cookie = await cookieOf(headers);
  await lab.ask(page, { headers: { cookie } });
  await lab.ask(page, {
    headers: { ...headers, "cf-access-client-secret": "wrong" },
  });

  const { id } = token.token;
  expect(lab.account.nonIdentityLogins).toMatchObject([
    { success: true, service_token_id: id, app_id: application.id },
    { success: false, service_token_id: id, policy_id: "" },
  ]);
  expect(lab.account.accessLog).toMatchObject([
    {
      action: "login",
      allowed: true,
      app_uid: application.id,
      connection: "nonidentity",
      user_email: token.token.client_id,
    },
  ]);
});
