import type { Browser, Page } from "playwright-core";
import { loadAccount } from "../../../local/account-file";
import type { IdentityProvider } from "../../../local/account-objects";
import {
  startLocalCloudflare,
  type LocalCloudflare,
} from "../../../local/start";
import { inBrowser, launchBrowser } from "./browser";
import { ADA, allowAda, HOST, MALLORY, protect, TEAM } from "./support";

const OIDC_HOST = "id.example.org";

inBrowser(() => {
  let cloudflare: LocalCloudflare;
  let browser: Browser;

  beforeAll(async () => {
    const account = loadAccount("guide");
    const { client_id, client_secret } = account.googleClients[0]!;
    const methods: Omit<IdentityProvider, "id" | "version">[] = [
      { name: "Code by mail", type: "onetimepin", config: {} },
      { name: "GitHub", type: "github", config: { client_id }, client_secret },
      { name: "Cloudflare", type: "cloudflare", config: {} },
      {
        name: "Company",
        type: "oidc",
        config: {
          client_id,
          auth_url: `https://${OIDC_HOST}/authorize`,
          token_url: `https://${OIDC_HOST}/token`,
          certs_url: `https://${OIDC_HOST}/jwks`,
          pkce_enabled: true,
        },
        client_secret,
      },
    ];
    const ids = methods.map((method) => {
      const id = account.newId();
      account.identityProviders.set(id, { ...method, id, version: "1" });
      return id;
    });
    protect({ account }, [allowAda], { allowed_idps: ids });
    cloudflare = await startLocalCloudflare({ account });
    browser = await launchBrowser(cloudflare);
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await cloudflare?.close();
  });

  /** Opens the service's page as somebody new, and chooses how to log in. */
  async function choose(name: string): Promise<Page> {
    const page = await (await browser.newContext()).newPage();
    await page.goto(`https://${HOST}/?after=login`);
    expect(new URL(page.url()).host).toBe(TEAM);
    await page.getByRole("link", { name, exact: true }).click();
    return page;
  }

  /** The person that the account knows from the last login, and how. */
  const known = (email: string) =>
    cloudflare.account.users.get(email)?.idp?.type;

  async function expectIn(page: Page): Promise<void> {
    await page.waitForURL(`https://${HOST}/?after=login`);
    expect(await page.title()).toBe("ComfyUI");
  }

  test("a person logs in by the code that is mailed to them", async () => {
    const page = await choose("Code by mail");
    await page.getByLabel("Email").fill(ADA);
    await page.getByRole("button").click();
    const mailed = await page.getByLabel("Code").isVisible();
    expect(mailed).toBe(true);
    const { code = "", to } = cloudflare.mails.at(-1) ?? {};
    expect(to).toBe(ADA);

    await page.getByLabel("Code").fill(code === "000000" ? "000001" : "000000");
    await page.getByRole("button").click();
    await page.getByText("That code is not valid.").waitFor();
    await page.getByLabel("Code").fill(code);
    await page.getByRole("button").click();

    await expectIn(page);
    expect(known(ADA)).toBe("onetimepin");
  }, 60_000);

  test.each([
    ["GitHub", "github.com", "github"],
    ["Cloudflare", "dash.cloudflare.com", "cloudflare"],
    ["Company", OIDC_HOST, "oidc"],
  ])(
    "a person logs in at %s, and another is refused",
    async (name, host, type) => {
      const pick = async (email: string) => {
        const page = await choose(name);
        expect(new URL(page.url()).host).toBe(host);
        await page.locator(`button[value="${email}"]`).click();
        return page;
      };
      await expectIn(await pick(ADA));
      expect(known(ADA)).toBe(type);

      const other = await pick(MALLORY);
      await other.getByText("That account does not have access.").waitFor();
      expect(new URL(other.url()).host).toBe(TEAM);
    },
    60_000,
  );
});
