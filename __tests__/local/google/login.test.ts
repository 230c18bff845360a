import { createHash } from "node:crypto";
import { createLocalJWKSet, jwtVerify, type JSONWebKeySet } from "jose";
import {
  Browser,
  CLIENT_ID,
  CLIENT_SECRET,
  GoogleBench,
  loginUrl,
  REDIRECT_URI,
} from "./support";

const ADA = "ada@datacrew.space";
const GRACE = "grace@example.org";

const bench = new GoogleBench();
beforeAll(() => bench.start());
afterAll(() => bench.close());

interface Tokens {
  readonly access_token: string;
  readonly id_token: string;
}

async function codeFor(
  email: string,
  query: Record<string, string> = {},
): Promise<string> {
  return (await new Browser(bench).logIn(email, query)).get("code")!;
}

async function claims(idToken: string) {
  const keys = await bench.ask("https://www.googleapis.com/oauth2/v3/certs");
  const { payload } = await jwtVerify(
    idToken,
    createLocalJWKSet(JSON.parse(keys.text) as JSONWebKeySet),
    { issuer: "https://accounts.google.com", audience: CLIENT_ID },
  );
  return payload;
}

async function loggedIn(email: string) {
  const answer = await bench.redeem(await codeFor(email));
  return claims((JSON.parse(answer.text) as Tokens).id_token);
}

describe("a login", () => {
  test("comes back with the state, and a code worth the person's claims", async () => {
    const back = await new Browser(bench).logIn(ADA);
    expect(back.get("state")).toBe("state-1");

    const answer = await bench.redeem(back.get("code")!);
    expect(answer.status).toBe(200);
    const tokens = JSON.parse(answer.text) as Tokens;
    const known = {
      email: ADA,
      email_verified: true,
      name: "Ada Crew",
      hd: "datacrew.space",
      sub: expect.stringMatching(/^1\d{20}$/) as string,
    };
    expect(await claims(tokens.id_token)).toMatchObject({
      ...known,
      nonce: "nonce-1",
    });
    const userinfo = await bench.ask(
      "https://openidconnect.googleapis.com/v1/userinfo",
      { headers: { authorization: `Bearer ${tokens.access_token}` } },
    );
    expect(JSON.parse(userinfo.text)).toEqual(known);
  });

  test("shows everyone with an account, and asks for no consent", async () => {
    const page = await new Browser(bench).follow(loginUrl());
    expect(new URL(page.url).pathname).toMatch(/^\/v3\/signin\//);
    expect(page.status).toBe(200);
    for (const { email } of bench.account.people)
      expect(page.text).toContain(
        `<button type="submit" name="email" value="${email}">`,
      );
  });

  test("names no Workspace for somebody who is in none", async () => {
    expect(await loggedIn(GRACE)).not.toHaveProperty("hd");
  });

  test("has the same subject for a person each time, and another for another", async () => {
    const { sub } = await loggedIn(ADA);
    expect((await loggedIn(ADA)).sub).toBe(sub);
    expect((await loggedIn(GRACE)).sub).not.toBe(sub);
  });

  test.each<Record<string, string>>([
    {},
    { prompt: "select_account" },
    { prompt: "consent" },
  ])(
    "can be somebody else's in the same browser, asked with %j",
    async (query) => {
      const browser = new Browser(bench);
      await browser.logIn(ADA);
      const back = await browser.logIn(GRACE, query);
      const answer = await bench.redeem(back.get("code")!);
      const { id_token } = JSON.parse(answer.text) as Tokens;
      expect((await claims(id_token)).email).toBe(GRACE);
    },
  );

  test("fails at once where nobody may be asked", async () => {
    const { url } = await new Browser(bench).follow(
      loginUrl({ prompt: "none" }),
    );
    expect(url.startsWith(REDIRECT_URI)).toBe(true);
    expect(new URL(url).searchParams.get("error")).toBe(
      "account_selection_required",
    );
  });

  test("fails for somebody whom Google does not know", async () => {
    const browser = new Browser(bench);
    const page = await browser.follow(loginUrl());
    const answer = await browser.ask(page.url, {
      form: { email: "nobody@example.com" },
    });
    expect(answer.status).toBe(400);
    expect(answer.text).toContain("nobody@example.com");
  });

  test("fails in a browser that did not begin it", async () => {
    const page = await new Browser(bench).follow(loginUrl());
    const answer = await new Browser(bench).ask(page.url, {
      form: { email: ADA },
    });
    expect(answer.status).toBe(400);
  });
});

describe("a code", () => {
  const refused = {
    status: 400,
    text: expect.stringContaining("invalid_grant") as string,
  };

  test("is redeemed with the secret in the header too", async () => {
    const answer = await bench.ask("https://oauth2.googleapis.com/token", {
      headers: {
        authorization: `Basic ${btoa(`${CLIENT_ID}:${CLIENT_SECRET}`)}`,
      },
      form: {
        grant_type: "authorization_code",
        code: await codeFor(ADA),
        redirect_uri: REDIRECT_URI,
      },
    });
    expect(answer.status).toBe(200);
  });

  test("fails with a wrong secret", async () => {
    const answer = await bench.redeem(await codeFor(ADA), {
      client_secret: "wrong",
    });
    expect(answer.status).toBe(401);
    expect(answer.text).toContain("invalid_client");
  });

  test("fails the second time", async () => {
    const code = await codeFor(ADA);
    expect((await bench.redeem(code)).status).toBe(200);
    expect(await bench.redeem(code)).toMatchObject(refused);
  });

  test("fails with another redirect URI than it was made for", async () => {
    const answer = await bench.redeem(await codeFor(ADA), {
      redirect_uri: "https://elsewhere.example/callback",
    });
    expect(answer).toMatchObject(refused);
  });

  test("with a challenge is worth nothing without its verifier", async () => {
    const verifier = "v".repeat(43);
    const challenge = {
      code_challenge: createHash("sha256").update(verifier).digest("base64url"),
      code_challenge_method: "S256",
    };
    const redeem = async (others: Record<string, string>) =>
      bench.redeem(await codeFor(ADA, challenge), others);
    expect(await redeem({ code_verifier: "w".repeat(43) })).toMatchObject(
      refused,
    );
    expect(await redeem({})).toMatchObject(refused);
    expect((await redeem({ code_verifier: verifier })).status).toBe(200);
  });
});

test("a secret that the console has changed is the one that counts", async () => {
  const [client] = bench.account.googleClients;
  client!.client_secret = "a-new-one";
  try {
    const answer = await bench.redeem(await codeFor(ADA));
    expect(answer.status).toBe(401);
    const again = await bench.redeem(await codeFor(ADA), {
      client_secret: "a-new-one",
    });
    expect(again.status).toBe(200);
  } finally {
    client!.client_secret = CLIENT_SECRET;
  }
});
