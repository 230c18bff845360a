import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium, type Browser, type Page } from "playwright-core";
import { reviewOf } from "../../review/review";
import { toHtml } from "../../review/to-html";
import { allow, changeOf, NOW, type Host } from "./states";

const executablePath = [
  process.env.CHROME_PATH,
  "/usr/bin/chromium",
  "/usr/bin/google-chrome",
].find((path) => path && existsSync(path));

const withBrowser = executablePath ? describe : describe.skip;

/** So many hosts, of which every second loses Ben, and the first becomes public. */
function page(count: number): string {
  const hosts = (after: boolean): Host[] =>
    Array.from({ length: count }, (_, n) => ({
      host: `host-${n}.example.com`,
      ...(after && n === 0
        ? {}
        : {
            policies: [
              allow(
                "ada@example.com",
                ...(after && n % 2 === 0 ? [] : ["ben@example.com"]),
              ),
            ],
          }),
    }));
  return toHtml(
    reviewOf(changeOf(hosts(false), hosts(true)), { now: NOW }),
    true,
  );
}

// Said in the test's name, so that a run without a browser is not taken for one with.
withBrowser(
  executablePath
    ? "the page in a real browser"
    : "the page in a real browser (skipped: set CHROME_PATH to a Chromium)",
  () => {
    let browser: Browser;
    let folder: string;

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), "review-page-"));
      browser = await chromium.launch({
        headless: true,
        executablePath,
        args: [
          "--no-sandbox",
          "--disable-gpu",
          "--no-first-run",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync",
        ],
      });
    }, 60_000);

    afterAll(async () => {
      await browser?.close();
      rmSync(folder, { recursive: true, force: true });
    });

    async function open(
      count: number,
      colorScheme: "light" | "dark" = "light",
    ): Promise<{ view: Page; complaints: string[]; asked: string[] }> {
      const file = join(folder, `${count}.html`);
      writeFileSync(file, page(count));
      const view = await browser.newPage({
        colorScheme,
        viewport: { width: 1280, height: 900 },
      });
      const complaints: string[] = [];
      const asked: string[] = [];
      view.on("console", (message) => complaints.push(message.text()));
      view.on("pageerror", (error) => complaints.push(String(error)));
      view.on("request", (request) => asked.push(request.url()));
      await view.goto(pathToFileURL(file).href);
      return { view, complaints, asked };
    }

    const rows = (view: Page) => view.locator("tbody tr:visible");
    const columns = (view: Page) => view.locator("thead th:visible");

    test("asks nobody for anything, and its rules for itself hold", async () => {
      const { asked, complaints, view } = await open(3);
      expect(asked).toEqual([view.url()]);
      expect(complaints).toEqual([]);
      await expect(rows(view).count()).resolves.toBe(3);
    });

    test("filters by host, by person and by change", async () => {
      const { view } = await open(300);
      await expect(rows(view).count()).resolves.toBe(300);
      const all = await columns(view).count();
      await view.fill("#host", "HOST-12");
      await expect(rows(view).count()).resolves.toBe(11);
      await view.fill("#who", "ben@");
      expect(all).toBeGreaterThan(2);
      await expect(columns(view).count()).resolves.toBe(2);
      await view.check("#changed");
      await expect(rows(view).count()).resolves.toBe(6);
      await expect(view.textContent("#shown")).resolves.toMatch(
        /^6 of 300 places, 1 of \d columns$/,
      );
    });

    test("keeps its head and its hosts in sight where it is scrolled", async () => {
      const { view } = await open(300);
      const head = view.locator("thead th").first();
      const top = (await head.boundingBox())?.y;
      await view.locator(".matrix").evaluate((box) => box.scrollTo(0, 3000));
      expect((await head.boundingBox())?.y).toBe(top);
    });

    test("is light or dark as the visitor's system is", async () => {
      const background = async (scheme: "light" | "dark") => {
        const { view } = await open(3, scheme);
        return view.evaluate<string>(
          "getComputedStyle(document.body).backgroundColor",
        );
      };
      expect(await background("light")).toBe("rgb(255, 255, 255)");
      expect(await background("dark")).toBe("rgb(17, 19, 22)");
    });
  },
);
