import { accountReader } from "../../account/account-reader";
import { cloudflareClient } from "../../account/client";
import { ApiError } from "../../local/api/envelope";
import { Service } from "../probe/world";
import { cast } from "../../rehearsal/cast";

let service: Service;
beforeEach(async () => (service = await Service.deploy()));
afterEach(() => service.close());

/** A reader with the client that all commands have. */
const reader = () =>
  accountReader(
    cloudflareClient({
      CLOUDFLARE_API_TOKEN: cast(service.account).apiToken,
      CLOUDFLARE_BASE_URL: service.cloudflare.apiUrl,
    }),
    service.account.id,
  );

/** Refuses every call to the applications, and counts them. */
function refuse(status: number, code: number, headers = {}): () => number {
  let calls = 0;
  service.cloudflare.api.onCall({
    before({ path }) {
      if (!path.endsWith("/access/apps")) return;
      calls += 1;
      return new ApiError(status, code, "No", { headers }).toResponse();
    },
  });
  return () => calls;
}

const call = () => `GET /accounts/${service.account.id}/access/apps`;

test("a refusal names the call, and the permission that it takes", async () => {
  refuse(403, 10000);
  await expect(reader().applications()).rejects.toThrow(
    `can't read applications: the API token lacks a permission for this (Cloudflare answered 403, 10000: No (${call()})). Add the permission "Access: Apps and Policies Read" to it`,
  );
});

test("a page that refuses is not taken for a missing permission", async () => {
  service.cloudflare.api.onCall({
    before({ path }) {
      if (!path.endsWith("/access/apps")) return;
      const headers = { "content-type": "text/html" };
      return new Response("<html>Attention", { status: 403, headers });
    },
  });
  await expect(reader().applications()).rejects.toThrow(
    `can't read applications: Cloudflare answered 403 (${call()}). A page came in place of an answer`,
  );
});

test("a limit that lasts minutes is told at once, not waited for in silence", async () => {
  const calls = refuse(429, 971, { "retry-after": "300" });
  await expect(reader().applications()).rejects.toThrow(
    /answered 429, 971: No \(GET .*\)\. The limit of 1,200 requests in 5 minutes/,
  );
  expect(calls()).toBe(1);
});

test("a short one is waited for", async () => {
  let refused = false;
  service.cloudflare.api.onCall({
    before({ path }) {
      if (refused || !path.endsWith("/access/apps")) return;
      refused = true;
      const headers = { "retry-after": "1" };
      return new ApiError(429, 971, "No", { headers }).toResponse();
    },
  });
  expect(await reader().applications()).not.toEqual([]);
  expect(refused).toBe(true);
});

test("a fault of Cloudflare's is tried again, then named", async () => {
  const calls = refuse(500, 1100, { "retry-after-ms": "1" });
  await expect(reader().applications()).rejects.toThrow(
    `can't read applications: Cloudflare answered 500, 1100: No (${call()})`,
  );
  expect(calls()).toBe(3);
});
