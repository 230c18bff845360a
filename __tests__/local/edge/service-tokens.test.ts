import { createLocalJWKSet, jwtVerify } from "jose";
import {
  allowAda,
  HOST,
  protect,
  serviceAuth,
  startLab,
  type Ask,
  type Lab,
} from "./support";

let lab: Lab;

beforeEach(async () => {
  lab = await startLab();
});
afterEach(() => lab.close());

const api = `https://${HOST}/prompt`;

async function statusWith(headers: Ask["headers"]): Promise<number> {
  return (await lab.ask(api, { headers })).status;
}

describe("a service token that a Service Auth policy names", () => {
  test("gets in, with its body, beside people who log in", async () => {
    const { headers, policy } = serviceAuth(lab);
    protect(lab, [policy, allowAda]);

    const { status, text } = await lab.ask(api, {
      method: "POST",
      headers,
      body: "a cat",
    });

    expect(status).toBe(200);
    expect(text).toBe("origin POST /prompt a cat");
  });

  test("reaches the origin as a signed token with a plain aud, and never itself", async () => {
    const { headers, policy, token } = serviceAuth(lab);
    const { aud } = protect(lab, [policy, allowAda]);

    await lab.ask(api, { headers });

    const got = lab.seen[0]!.headers;
    expect(got).not.toHaveProperty("cf-access-client-id");
    expect(got).not.toHaveProperty("cf-access-client-secret");
    expect(got).not.toHaveProperty("cf-access-authenticated-user-email");
    const keys = createLocalJWKSet(await lab.edge.certs());
    const { payload } = await jwtVerify(
      got["cf-access-jwt-assertion"] as string,
      keys,
    );
    expect(payload).toMatchObject({
      type: "app",
      aud,
      common_name: token.client_id,
      sub: "",
    });
    expect(payload).not.toHaveProperty("email");
    expect(payload).not.toHaveProperty("nbf");
  });

  test("takes the place of whatever the client claims to be", async () => {
    const { headers, policy } = serviceAuth(lab);
    protect(lab, [policy]);

    await lab.ask(api, {
      headers: {
        ...headers,
        "cf-access-jwt-assertion": "forged",
        "cf-access-authenticated-user-email": "ada@datacrew.space",
      },
    });

    const got = lab.seen[0]!.headers;
    expect(got["cf-access-jwt-assertion"]).toMatch(/^eyJ/);
    expect(got).not.toHaveProperty("cf-access-authenticated-user-email");
  });

  test("opens a WebSocket", async () => {
    const { headers, policy } = serviceAuth(lab);
    protect(lab, [policy]);

    const socket = await lab.openSocket(`wss://${HOST}/ws`, headers);

    expect(socket).toEqual({ echo: "hello" });
    expect(lab.seen[0]!.headers["cf-access-jwt-assertion"]).toMatch(/^eyJ/);
  });

  test("gets a cookie beside the origin's, that is as good where people may log in", async () => {
    const { headers, policy } = serviceAuth(lab);
    protect(lab, [policy, allowAda]);

    const answer = await lab.ask(api, { headers });

    const cookies = answer.headers["set-cookie"]!;
    expect(cookies[0]).toBe("origin=1");
    const cookie = cookies[1]!.split(";")[0]!;
    expect(await statusWith({ cookie })).toBe(200);
  });

  test("gets a cookie that is worth nothing when the token is gone", async () => {
    const { headers, policy, token } = serviceAuth(lab);
    protect(lab, [policy, allowAda]);
    const answer = await lab.ask(api, { headers });
    const cookie = answer.headers["set-cookie"]![1]!.split(";")[0]!;
    lab.account.serviceTokens.delete(token.id);

    expect(await statusWith({ cookie })).toBe(302);
  });

  test("may be in one header that the application names, which the origin does not see", async () => {
    const { headers, policy } = serviceAuth(lab);
    protect(lab, [policy], {
      read_service_tokens_from_header: "Authorization",
    });

    expect(await statusWith({ authorization: JSON.stringify(headers) })).toBe(
      200,
    );
    expect(lab.seen[0]!.headers).not.toHaveProperty("authorization");
  });

  test("leaves that header alone where it holds something else", async () => {
    const { headers, policy } = serviceAuth(lab);
    protect(lab, [policy], {
      read_service_tokens_from_header: "Authorization",
    });

    expect(
      await statusWith({ ...headers, authorization: "Bearer of-the-origin" }),
    ).toBe(200);
    expect(lab.seen[0]!.headers.authorization).toBe("Bearer of-the-origin");
  });
});

describe("what is not a good pair", () => {
  type Break = (
    good: ReturnType<typeof serviceAuth>["headers"],
  ) => Record<string, string | string[]>;
  const id = "cf-access-client-id";
  const secret = "cf-access-client-secret";
  const pairs: [string, Break][] = [
    ["nothing", () => ({})],
    ["a wrong secret", (good) => ({ ...good, [secret]: "0".repeat(64) })],
    [
      "an unknown id",
      (good) => ({ ...good, [id]: `${"0".repeat(32)}.access` }),
    ],
    ["the id alone", (good) => ({ [id]: good[id] })],
    ["the secret alone", (good) => ({ [secret]: good[secret] })],
    ["two ids", (good) => ({ ...good, [id]: [good[id], good[id]] })],
    [
      "a token as cf-access-token",
      (good) => ({ "cf-access-token": good[secret] }),
    ],
  ];

  test.each(pairs)(
    "%s leads to the login beside an allow policy",
    async (_, break_) => {
      const { headers, policy } = serviceAuth(lab);
      protect(lab, [policy, allowAda]);

      expect(await statusWith(break_(headers))).toBe(302);
    },
  );

  test.each(pairs)("%s is forbidden without one", async (_, break_) => {
    const { headers, policy } = serviceAuth(lab);
    const { aud } = protect(lab, [policy]);

    const answer = await lab.ask(api, {
      headers: { ...break_(headers), accept: "application/json" },
    });

    expect(answer.status).toBe(403);
    expect(answer.headers["cf-access-aud"]).toBe(aud);
    expect(answer.headers["cf-access-domain"]).toBe(HOST);
    expect(answer.headers["content-type"]).toBe("application/json");
    expect(lab.seen).toEqual([]);
  });

  test.each(pairs.slice(1, 6))(
    "%s is unauthorized in strict mode",
    async (_, break_) => {
      const { headers, policy } = serviceAuth(lab);
      protect(lab, [policy, allowAda]);
      lab.account.organization!.strict_service_token_auth = true;

      expect(await statusWith(break_(headers))).toBe(401);
    },
  );

  test("an expired token is as good as none", async () => {
    const { headers, policy, token } = serviceAuth(lab);
    protect(lab, [policy, allowAda]);
    token.expires_at = lab.account.timestamp();
    lab.wait(1);

    expect(await statusWith(headers)).toBe(302);
    lab.account.organization!.strict_service_token_auth = true;
    expect(await statusWith(headers)).toBe(401);
  });
});

describe("strict mode", () => {
  beforeEach(() => {
    lab.account.organization!.strict_service_token_auth = true;
  });

  test("forbids a good token that no policy admits, whoever may log in", async () => {
    const { headers } = serviceAuth(lab);
    protect(lab, [allowAda]);

    expect(await statusWith(headers)).toBe(403);
  });

  test("gives no cookie, and takes none", async () => {
    const { headers, policy } = serviceAuth(lab);
    protect(lab, [policy, allowAda]);
    lab.account.organization!.strict_service_token_auth = false;
    const loose = await lab.ask(api, { headers });
    const cookie = loose.headers["set-cookie"]![1]!.split(";")[0]!;
    lab.account.organization!.strict_service_token_auth = true;

    const strict = await lab.ask(api, { headers });

    expect(strict.headers["set-cookie"]).toEqual(["origin=1"]);
    expect(await statusWith({ cookie })).toBe(302);
  });
});

test("a token in an allow policy is sent to log in like anyone", async () => {
  const { headers, token } = serviceAuth(lab);
  protect(lab, [
    {
      decision: "allow",
      include: [{ service_token: { token_id: token.id } }],
    },
  ]);

  expect(await statusWith(headers)).toBe(302);
});

test("who comes in by address has a token of Access and keeps nothing of their own making", async () => {
  protect(lab, [
    { decision: "non_identity", include: [{ ip: { ip: "127.0.0.1/32" } }] },
  ]);

  const status = await statusWith({ "cf-access-jwt-assertion": "forged" });

  expect(status).toBe(200);
  expect(lab.seen[0]!.headers["cf-access-jwt-assertion"]).toMatch(/^eyJ/);
});
