import { existsSync } from "node:fs";
import { chromium, type Browser, type Page } from "playwright-core";
import type { IdentityProvider } from "../../../local/account-objects";
import { loadAccount } from "../../../local/account-file";
import {
  startLocalCloudflare,
  type LocalCloudflare,
} from "../../../local/start";
import { ADA, allowAda, HOST, MALLORY, protect, TEAM } from "./support";

const executablePath = [
  process.env.CHROME_PATH,
  "/usr/bin/chromium",
  "/usr/bin/google-chrome",
].find((path) => path && existsSync(path));

// Said in the test's name, so that a run without a browser is not taken for one with.
const withBrowser = executablePath ? describe : describe.skip;

withBrowser(
  executablePath
    ? "in a real browser"
    : "in a real browser (skipped: set CHROME_PATH to a Chromium)",
  () => {
    let cloudflare: LocalCloudflare;
    let browser: Browser;

    beforeAll(async () => {
      const account = loadAccount("guide");
      const { client_id, client_secret } = account.googleClients[0]!;
      const google: IdentityProvider = {
        id: account.newId(),
        name: "Google",
        type: "google",
        config: { client_id, pkce_enabled: true },
        client_secret,
        version: "1",
      };
      account.identityProviders.set(google.id, google);
      protect({ account }, [allowAda], {
        allowed_idps: [google.id],
        auto_redirect_to_identity: true,
        same_site_cookie_attribute: "lax",
      });
      cloudflare = await startLocalCloudflare({ account, caddy: false });
      browser = await chromium.launch({
        headless: true,
        executablePath,
        args: [
          "--no-sandbox",
          "--disable-gpu",
          "--disable-quic",
          "--no-first-run",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync",
          ...cloudflare.chromiumFlags(),
        ],
      });
    }, 60_000);

    afterAll(async () => {
      await browser?.close();
      await cloudflare?.close();
    });

    async function logIn(email: string): Promise<Page> {
      const page = await (await browser.newContext()).newPage();
      await page.goto(`https://${HOST}/?after=login`);
      expect(new URL(page.url()).host).toBe("accounts.google.com");
      await page.locator(`button[value="${email}"]`).click();
      await page.waitForURL((url) => url.host !== "accounts.google.com");
      return page;
    }

    test("an allowed person has the page, its API and its WebSocket", async () => {
      const page = await logIn(ADA);

      expect(page.url()).toBe(`https://${HOST}/?after=login`);
      expect(await page.title()).toBe("ComfyUI");
      await page.locator("#socket", { hasText: "status" }).waitFor();
      await page.locator("#queue", { hasText: "waiting" }).waitFor();
      const [cookie] = (
        await page.context().cookies(`https://${HOST}/`)
      ).filter(({ name }) => name === "CF_Authorization");
      expect(cookie).toMatchObject({
        httpOnly: true,
        secure: true,
        sameSite: "Lax",
      });
    }, 60_000);

    test("another person sees the refusal and nothing of the service", async () => {
      const page = await logIn(MALLORY);

      expect(new URL(page.url()).host).toBe(TEAM);
      expect(await page.textContent("h1")).toBe(
        "That account does not have access.",
      );
      const answer = await page.goto(`https://${HOST}/queue`);
      expect(answer?.status()).toBe(403);
      expect(new URL(page.url()).host).toBe(TEAM);
    }, 60_000);
  },
);
