import type { Browser, Page } from "playwright-core";
import type { IdentityProvider } from "../../../local/account-objects";
import { loadAccount } from "../../../local/account-file";
import {
  startLocalCloudflare,
  type LocalCloudflare,
} from "../../../local/start";
import { comfyui } from "../../../local/origins/comfyui";
import { serve } from "../../../local/origins/server";
import { inBrowser, launchBrowser } from "./browser";
import { ADA, allowAda, HOST, MALLORY, protect, TEAM } from "./support";

inBrowser(() => {
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
    cloudflare = await startLocalCloudflare({ account });
    browser = await launchBrowser(cloudflare);
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await cloudflare?.close();
  });

  /** Where the tunnel leads from then on. */
  function lead(service: string): void {
    for (const { configuration } of cloudflare.account.tunnels.values())
      for (const rule of configuration.config?.ingress ?? [])
        if (rule.hostname === HOST) {
          rule.service = service;
          configuration.version++;
        }
  }

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
    const [cookie] = (await page.context().cookies(`https://${HOST}/`)).filter(
      ({ name }) => name === "CF_Authorization",
    );
    expect(cookie).toMatchObject({
      httpOnly: true,
      secure: true,
      sameSite: "Lax",
    });
  }, 60_000);

  test("the first page of ComfyUI is a 403 where the tunnel leads straight to it, until it is started with --enable-cors-header", async () => {
    lead("http://comfyui:8188");
    const status = async () => {
      const page = await (await browser.newContext()).newPage();
      await page.goto(`https://${HOST}/`);
      const answered = page.waitForResponse(
        (response) =>
          new URL(response.url()).host === HOST && response.status() !== 302,
      );
      await page.locator(`button[value="${ADA}"]`).click();
      return (await answered).status();
    };
    expect(await status()).toBe(403);

    const origin = await serve(comfyui({ corsHeader: `https://${HOST}` }));
    cloudflare.network.add("switched:8188", origin.port);
    lead("http://switched:8188");
    expect(await status()).toBe(200);
    await origin.close();
    lead("http://caddy:80");
  }, 60_000);

  test("a link of another site opens ComfyUI's page, and nothing else of it", async () => {
    const page = await logIn(ADA);
    const follow = async (path: string) => {
      const url = `https://${HOST}${path}`;
      // A tab each: a page that still loads would be in the way of the next.
      const tab = await page.context().newPage();
      // Google's page stands for any other site.
      await tab.goto("https://accounts.google.com/");
      const answered = tab.waitForResponse(url);
      await tab.evaluate(`location.assign("${url}")`);
      return (await answered).status();
    };
    expect(await follow("/")).toBe(200);
    expect(await follow("/view?filename=a")).toBe(403);
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
});
