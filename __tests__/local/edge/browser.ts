import { existsSync } from "node:fs";
import { chromium, type Browser } from "playwright-core";
import type { LocalCloudflare } from "../../../local/start";

const executablePath = [
  process.env.CHROME_PATH,
  "/usr/bin/chromium",
  "/usr/bin/google-chrome",
].find((path) => path && existsSync(path));

/**
 * Describes what is tried in a real browser. Said in the name, so that a run
 * without a browser is not taken for one with.
 */
export function inBrowser(tests: () => void): void {
  const run = executablePath ? describe : describe.skip;
  run(
    executablePath
      ? "in a real browser"
      : "in a real browser (skipped: set CHROME_PATH to a Chromium)",
    tests,
  );
}

/** A Chromium that finds every host at a local Cloudflare. */
export function launchBrowser(cloudflare: LocalCloudflare): Promise<Browser> {
  return chromium.launch({
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
}
