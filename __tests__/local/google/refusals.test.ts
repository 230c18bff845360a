import { Browser, CLIENT_ID, GoogleBench, loginUrl } from "./support";

const bench = new GoogleBench();
beforeAll(() => bench.start());
afterAll(() => bench.close());

/** What the error page says that a login is sent to, without following it. */
async function authError(query: Record<string, string>): Promise<string> {
  const answer = await bench.ask(loginUrl(query));
  const url = new URL(answer.headers.location!);
  expect(answer.status).toBe(302);
  expect(url.origin + url.pathname).toBe(
    "https://accounts.google.com/signin/oauth/error",
  );
  return Buffer.from(url.searchParams.get("authError")!, "base64").toString();
}

test("a good client and redirect URI lead to the sign-in", async () => {
  const { headers } = await bench.ask(loginUrl());
  expect(new URL(headers.location!, loginUrl()).pathname).toMatch(
    /^\/v3\/signin\//,
  );
});

test("an unknown client is refused", async () => {
  expect(await authError({ client_id: "unknown" })).toContain("invalid_client");
});

test.each([
  "https://elsewhere.example/cdn-cgi/access/callback",
  "https://datacrew.cloudflareaccess.com/cdn-cgi/access/callback/",
  "http://datacrew.cloudflareaccess.com/cdn-cgi/access/callback",
  "",
])("the redirect URI %j is refused", async (redirect_uri) => {
  expect(await authError({ redirect_uri })).toContain("redirect_uri_mismatch");
});

test("a client that was deleted is refused as such", async () => {
  const clients = bench.account.googleClients;
  const [client] = clients.splice(0, 1);
  try {
    expect(await authError({ client_id: CLIENT_ID })).toContain(
      "deleted_client",
    );
  } finally {
    clients.push(client!);
  }
});

test("a person is told why", async () => {
  const { status, text } = await new Browser(bench).follow(
    loginUrl({ redirect_uri: "https://elsewhere.example/" }),
  );
  expect(status).toBe(400);
  expect(text).toContain("Error 400: redirect_uri_mismatch");
});

test("an error page is shown for Google's own errors only", async () => {
  const page = "https://accounts.google.com/signin/oauth/error?authError=";
  expect((await bench.ask(page + btoa("<script>"))).status).toBe(404);
});

test.each([
  "https://accounts.google.com/token",
  "https://www.googleapis.com/token",
  "https://oauth2.googleapis.com/o/oauth2/v2/auth",
  "https://accounts.google.com/oauth2/v3/certs",
  "https://accounts.google.com/",
])("%s is not one of Google's", async (url) => {
  expect((await bench.ask(url)).status).toBe(404);
});

test("discovery names the endpoints on Google's hosts", async () => {
  const { text } = await bench.ask(
    "https://accounts.google.com/.well-known/openid-configuration",
  );
  expect(JSON.parse(text)).toMatchObject({
    issuer: "https://accounts.google.com",
    token_endpoint: "https://oauth2.googleapis.com/token",
  });
  expect(bench.google.hosts).toEqual([
    "accounts.google.com",
    "oauth2.googleapis.com",
    "openidconnect.googleapis.com",
    "www.googleapis.com",
  ]);
});

test("userinfo fails with an unknown token", async () => {
  const { status } = await bench.ask(
    "https://openidconnect.googleapis.com/v1/userinfo",
    { headers: { authorization: "Bearer unknown" } },
  );
  expect(status).toBe(401);
});
