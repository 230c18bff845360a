import { generateKeyPair, SignJWT, UnsecuredJWT, decodeJwt } from "jose";
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

beforeAll(async () => {
  lab = await startLab();
  protect(lab, [allowAda], {
    allowed_idps: [lab.google.id],
    auto_redirect_to_identity: true,
  });
});
afterAll(() => lab.close());

const page = `https://${HOST}/`;
const atCallback = (url: string) =>
  url.startsWith(`https://${TEAM}/cdn-cgi/access/callback`);
const atAuthorized = (url: string) =>
  url.startsWith(`https://${HOST}/cdn-cgi/access/authorized`);

/** The URL with one parameter replaced. */
function withQuery(url: string, name: string, value: string): string {
  const changed = new URL(url);
  changed.searchParams.set(name, value);
  return changed.href;
}

const refused = {
  status: 400,
  text: expect.stringContaining("Invalid login session"),
};

describe("the callback", () => {
  test("refuses a state that was changed", async () => {
    const ada = new Visitor(lab, ADA);
    const { url } = await ada.visit(page, atCallback);
    const [signature, payload] = new URL(url).searchParams
      .get("state")!
      .split(".");
    const forged = JSON.parse(
      decodeURIComponent(Buffer.from(payload!, "base64").toString()),
    ) as object;
    const text = encodeURIComponent(
      JSON.stringify({ ...forged, redirectURL: "/admin" }),
    );
    const state = `${signature}.${Buffer.from(text).toString("base64")}`;

    expect(await ada.ask(withQuery(url, "state", state))).toMatchObject(
      refused,
    );
  });

  test("refuses a login that another browser began", async () => {
    const { url } = await new Visitor(lab, MALLORY).visit(page, atCallback);
    const ada = new Visitor(lab, ADA);
    await ada.visit(page, atCallback);

    expect(await ada.ask(url)).toMatchObject(refused);
  });

  test("refuses a second use", async () => {
    const ada = new Visitor(lab, ADA);
    const { url } = await ada.visit(page, atCallback);
    expect((await ada.ask(url)).status).toBe(302);

    expect(await ada.ask(url)).toMatchObject(refused);
  });

  test("says what Google says against the code", async () => {
    const { client_secret } = lab.google;
    lab.google.client_secret = "another";
    const end = await new Visitor(lab, ADA).visit(page);
    lab.google.client_secret = client_secret;

    expect(end.status).toBe(400);
    expect(end.text).toContain("Failed to exchange the code at Google");
    expect(end.text).toContain("invalid_client");
  });

  test("says that a person has cancelled", async () => {
    const ada = new Visitor(lab, ADA);
    const { url } = await ada.visit(page, atCallback);
    const state = new URL(url).searchParams.get("state")!;
    const cancelled = `https://${TEAM}/cdn-cgi/access/callback?${new URLSearchParams({ error: "access_denied", state })}`;

    const answer = await ada.ask(cancelled);

    expect(answer.status).toBe(400);
    expect(answer.text).toContain("access_denied");
  });
});

describe("the nonce that hands a session over", () => {
  test("is good once", async () => {
    const ada = new Visitor(lab, ADA);
    const { url } = await ada.visit(page, atAuthorized);
    expect((await ada.ask(url)).status).toBe(302);

    expect(await ada.ask(url)).toMatchObject(refused);
  });

  test("is good for a minute", async () => {
    const ada = new Visitor(lab, ADA);
    const { url } = await ada.visit(page, atAuthorized);
    lab.wait(61);

    expect(await ada.ask(url)).toMatchObject(refused);
  });

  test("is good in the browser that began only", async () => {
    const { url } = await new Visitor(lab, ADA).visit(page, atAuthorized);
    const other = new Visitor(lab, MALLORY);
    await other.ask(page);

    expect(await other.ask(url)).toMatchObject(refused);
  });

  test("is good on its own host only", async () => {
    protect(lab, [allowAda], { domain: "n8n.datacrew.space" });
    const ada = new Visitor(lab, ADA);
    const { url } = await ada.visit(page, atAuthorized);

    const answer = await ada.ask(url.replace(HOST, "n8n.datacrew.space"));

    expect(answer).toMatchObject(refused);
  });

  test("is good with its own state only", async () => {
    const ada = new Visitor(lab, ADA);
    const { url } = await ada.visit(page, atAuthorized);

    expect(await ada.ask(withQuery(url, "state", "0.0"))).toMatchObject(
      refused,
    );
  });
});

describe("the login page", () => {
  async function loginUrl(): Promise<string> {
    return (await lab.ask(page)).headers.location!;
  }

  test("does not lead to another host", async () => {
    const elsewhere = "https://evil.example/";
    const url = withQuery(await loginUrl(), "redirect_url", elsewhere);

    expect(await lab.ask(url)).toMatchObject(refused);
  });

  test("refuses an aud that is not the application's", async () => {
    const url = withQuery(await loginUrl(), "kid", "0".repeat(64));

    expect(await lab.ask(url)).toMatchObject(refused);
  });

  test("refuses a forged meta", async () => {
    const { privateKey } = await generateKeyPair("RS256");
    const meta = new URL(await loginUrl()).searchParams.get("meta")!;
    const forged = await new SignJWT(decodeJwt(meta))
      .setProtectedHeader({ alg: "RS256" })
      .sign(privateKey);

    const url = withQuery(await loginUrl(), "meta", forged);

    expect(await lab.ask(url)).toMatchObject(refused);
  });
});

describe("a token that was not made here", () => {
  async function tokenOfAda(): Promise<string> {
    const ada = new Visitor(lab, ADA);
    await ada.visit(page);
    lab.seen.length = 0;
    return (await ada.cookie(page, "CF_Authorization"))!;
  }

  const places = (token: string): Record<string, string>[] => [
    { cookie: `CF_Authorization=${token}` },
    { "cf-access-token": token },
    { "cf-access-jwt-assertion": token },
  ];

  test("opens nothing when signed by another key", async () => {
    const token = await tokenOfAda();
    const { privateKey } = await generateKeyPair("RS256");
    const { kid } = (await lab.edge.certs()).keys[0]!;
    const forged = await new SignJWT(decodeJwt(token))
      .setProtectedHeader({ alg: "RS256", kid })
      .sign(privateKey);

    for (const headers of places(forged))
      expect((await lab.ask(page, { headers })).status).toBe(302);
    expect(lab.seen).toEqual([]);
  });

  test("opens nothing when not signed at all", async () => {
    const unsigned = new UnsecuredJWT(decodeJwt(await tokenOfAda())).encode();

    for (const headers of places(unsigned))
      expect((await lab.ask(page, { headers })).status).toBe(302);
  });

  test("opens nothing in Authorization, though it be a good one", async () => {
    const headers = { authorization: `Bearer ${await tokenOfAda()}` };

    expect((await lab.ask(page, { headers })).status).toBe(302);
  });

  test("opens nothing at another application", async () => {
    protect(lab, [allowAda], { domain: "n8n.datacrew.space" });

    for (const headers of places(await tokenOfAda())) {
      const answer = await lab.ask("https://n8n.datacrew.space/", { headers });
      expect(answer.status).toBe(302);
    }
  });

  test("opens nothing when it is the team's own", async () => {
    const ada = new Visitor(lab, ADA);
    await ada.visit(page);
    const token = (await ada.cookie(`https://${TEAM}/`, "CF_Authorization"))!;

    for (const headers of places(token))
      expect((await lab.ask(page, { headers })).status).toBe(302);
  });

  test("opens as it should in all three places when it is genuine", async () => {
    for (const headers of places(await tokenOfAda()))
      expect((await lab.ask(page, { headers })).status).toBe(200);
  });
});
