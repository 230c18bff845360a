import { createHash, type webcrypto } from "node:crypto";
import { exportJWK, generateKeyPair, SignJWT, type JWTPayload } from "jose";
import {
  authorizationUrl,
  LoginFailed,
  redeemCode,
  type AskGoogle,
} from "../../../local/edge/google-login";
import type { IdentityProvider } from "../../../local/account-objects";

const provider: IdentityProvider = {
  id: "1",
  name: "Google",
  type: "google",
  config: { client_id: "our-client", pkce_enabled: true },
  client_secret: "our-secret",
  version: "1",
};
const workspace: IdentityProvider = {
  ...provider,
  type: "google-apps",
  config: { ...provider.config, apps_domain: "datacrew.space" },
};
const login = {
  redirectUri: "https://team.cloudflareaccess.com/cdn-cgi/access/callback",
  nonce: "our-nonce",
  codeVerifier: "our-verifier",
};

const keys = generateKeyPair("RS256");

/** A Google that answers every code with a token that says so. */
async function googleThatSays(
  claims: JWTPayload,
  key?: webcrypto.CryptoKey,
): Promise<{ ask: AskGoogle; forms: URLSearchParams[] }> {
  const { privateKey, publicKey } = await keys;
  const idToken = await new SignJWT({
    iss: "https://accounts.google.com",
    aud: "our-client",
    sub: "7",
    nonce: "our-nonce",
    email: "ada@datacrew.space",
    email_verified: true,
    name: "Ada Crew",
    ...claims,
  })
    .setProtectedHeader({ alg: "RS256", kid: "1" })
    .setExpirationTime(claims.exp ?? "1h")
    .sign(key ?? privateKey);
  const jwk = { ...(await exportJWK(publicKey)), kid: "1", alg: "RS256" };
  const forms: URLSearchParams[] = [];
  return {
    forms,
    ask: async (_url, form) => {
      if (form) forms.push(form);
      return {
        status: 200,
        text: JSON.stringify(form ? { id_token: idToken } : { keys: [jwk] }),
      };
    },
  };
}

test("a code is redeemed with the client's secret and PKCE's verifier", async () => {
  const { ask, forms } = await googleThatSays({});

  const person = await redeemCode(provider, "the-code", login, ask);

  expect(person).toEqual({ email: "ada@datacrew.space", name: "Ada Crew" });
  expect(Object.fromEntries(forms[0]!)).toEqual({
    grant_type: "authorization_code",
    code: "the-code",
    client_id: "our-client",
    client_secret: "our-secret",
    redirect_uri: login.redirectUri,
    code_verifier: "our-verifier",
  });
});

test.each<[string, JWTPayload]>([
  ["another issuer", { iss: "https://accounts.example.com" }],
  ["another client", { aud: "another-client" }],
  ["another login", { nonce: "another" }],
  ["no login", { nonce: undefined }],
  ["the past", { exp: 1 }],
  ["an e-mail that is not verified", { email_verified: false }],
  ["no e-mail", { email: undefined }],
])("a token of %s is refused", async (_, claims) => {
  const { ask } = await googleThatSays(claims);

  await expect(redeemCode(provider, "code", login, ask)).rejects.toThrow(
    LoginFailed,
  );
});

test("a token that Google has not signed is refused", async () => {
  const { privateKey } = await generateKeyPair("RS256");
  const { ask } = await googleThatSays({}, privateKey);

  await expect(redeemCode(provider, "code", login, ask)).rejects.toThrow(
    LoginFailed,
  );
});

describe("Google Workspace", () => {
  test("is asked for the organisation's accounts", () => {
    const query = (of: IdentityProvider) =>
      new URL(authorizationUrl(of, "state", login)).searchParams;

    expect(query(workspace).get("hd")).toBe("datacrew.space");
    expect(query(provider).has("hd")).toBe(false);
  });

  test.each([
    ["datacrew.space", true],
    ["example.org", false],
    [undefined, false],
  ])("an account of %s gets in: %s", async (hd, admitted) => {
    const { ask } = await googleThatSays({ hd });

    const person = await redeemCode(workspace, "code", login, ask).catch(
      (error: Error) => error,
    );

    expect(person instanceof LoginFailed).toBe(!admitted);
  });
});

test("the challenge that Google is sent is the verifier's hash", () => {
  const url = new URL(authorizationUrl(provider, "state", login));

  expect(url.searchParams.get("code_challenge")).toBe(
    createHash("sha256").update("our-verifier").digest("base64url"),
  );
});
