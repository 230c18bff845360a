import type { AccessLogEntry } from "../../local/account-objects";
import { ApiError } from "../../local/api/envelope";
import { readLog } from "../../logs/read-log";
import { cloud, type Cloud } from "../local/api/support";

const HOST = "comfyui.datacrew.space";
const APP = "app-of-comfyui";

let here: Cloud;
const said: string[] = [];
beforeEach(() => {
  here = cloud();
  said.splice(0);
});

function add(count: number, other: Partial<AccessLogEntry> = {}): void {
  for (let i = 0; i < count; i++)
    here.account.accessLog.push({
      user_email: "ada@datacrew.space",
      ip_address: "198.51.100.7",
      app_uid: APP,
      app_domain: HOST,
      action: "login",
      connection: "google",
      allowed: true,
      created_at: "2026-11-24T11:00:00Z",
      ray_id: `ray${here.account.accessLog.length}`,
      ...other,
    });
}

const read = (signal = new AbortController().signal) =>
  readLog(
    here.client.withOptions({ maxRetries: 0 }),
    {
      accountId: here.account.id,
      hostname: HOST,
      applicationIds: new Set([APP]),
      since: new Date("2026-11-24T10:00:00Z"),
    },
    { signal, say: (text) => void said.push(text), tick: () => undefined },
  );

const pages = () =>
  here.api.calls.map(({ query }) => new URLSearchParams(query).get("page"));

test("reads page after page until one is empty", async () => {
  add(2001);
  expect(await read()).toHaveLength(2001);
  expect(pages()).toEqual(["1", "2", "3", "4"]);
});

test("reads an empty log", async () => {
  expect(await read()).toEqual([]);
});

test("reads as a page of Cloudflare may be smaller than was asked for", async () => {
  add(5);
  here.api.onCall({
    before: ({ query }) => {
      const page = Number(new URLSearchParams(query).get("page"));
      const rows = here.account.accessLog.slice((page - 1) * 2, page * 2);
      return Response.json({ success: true, result: rows });
    },
  });
  expect(await read()).toHaveLength(5);
});

test("drops what a page repeats, and keeps two entries of one ray", async () => {
  add(1, { ray_id: "same" });
  add(1, { ray_id: "same", action: "logout" });
  here.api.onCall({
    before: ({ query }) => {
      const page = Number(new URLSearchParams(query).get("page"));
      const [first, second] = here.account.accessLog;
      const answers = [[first], [first, second], []];
      return Response.json({ success: true, result: answers[page - 1] });
    },
  });
  expect(await read()).toMatchObject([
    { result: "allowed" },
    { result: "logged out" },
  ]);
});

test("fails where pages do not go on", async () => {
  add(3);
  here.api.onCall({
    before: () =>
      Response.json({ success: true, result: here.account.accessLog }),
  });
  await expect(read()).rejects.toThrow("page 2 repeats earlier entries");
});

test("keeps to the service, also where its application was made anew", async () => {
  add(1);
  add(1, { app_uid: "earlier", app_domain: `https://${HOST}/admin` });
  add(1, { app_uid: "another", app_domain: "grafana.datacrew.space" });
  add(1, { created_at: "2026-11-24T09:59:59Z" });
  const found = await read();
  expect(found.map(({ appId }) => appId)).toEqual([APP, "earlier"]);
});

test("says of entries what the log says, and makes up no country", async () => {
  add(1, { country: "nl", allowed: false });
  add(1, { country: "XX" });
  add(1, { user_email: "abc.access", connection: "nonidentity" });
  const [refused, unknown, token] = await read();
  expect(refused).toEqual({
    at: "2026-11-24T11:00:00.000Z",
    who: "ada@datacrew.space",
    kind: "person",
    result: "denied",
    connection: "google",
    country: "NL",
    ip: "198.51.100.7",
    appId: APP,
    domain: HOST,
    rayId: "ray0",
  });
  expect(unknown).not.toHaveProperty("country");
  expect(token).toMatchObject({ kind: "machine", who: "abc.access" });
});

test("waits where Cloudflare's limit is reached, and goes on", async () => {
  add(1);
  let limited = 0;
  here.api.onCall({
    before: () =>
      limited++ === 0
        ? new ApiError(429, 971, "slow down", {
            headers: { "retry-after": "1" },
          }).toResponse()
        : undefined,
  });
  expect(await read()).toHaveLength(1);
  expect(said).toEqual([
    "Cloudflare's rate limit is reached: continuing in 1 s",
  ]);
});

test("fails without the permission, which is named", async () => {
  here.account.apiTokens[0]!.permissions = [];
  await expect(read()).rejects.toThrow(
    /The Access log can't be read: .*403.*"Access: Audit Logs Read"/,
  );
});

test("fails where Zero Trust was never switched on", async () => {
  here.account.organization = null;
  await expect(read()).rejects.toThrow(/never switched on .*9999/);
});

test("stops where it is told to", async () => {
  const stop = new AbortController();
  here.api.onCall({ before: () => void stop.abort(new Error("enough")) });
  add(1);
  await expect(read(stop.signal)).rejects.toThrow("enough");
});
