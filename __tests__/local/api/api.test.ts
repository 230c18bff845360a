import { ConnectionDropped, DROP } from "../../../local/api/calls";
import {
  cloud,
  DEPLOY_TOKEN,
  makeApp,
  makePolicy,
  REVIEW_TOKEN,
} from "./support";

test("pages go on until an empty one", async () => {
  const here = cloud();
  const page = async (query: string) => {
    const path = `/zones/${here.zoneId}/dns_records${query}`;
    const { body } = await here.raw("GET", path);
    return {
      count: (body.result as unknown[]).length,
      info: body.result_info,
    };
  };
  expect(await page("")).toEqual({
    count: 11,
    info: {
      page: 1,
      per_page: 100,
      count: 11,
      total_count: 11,
      total_pages: 1,
    },
  });
  expect(await page("?per_page=5&page=3")).toEqual({
    count: 1,
    info: { page: 3, per_page: 5, count: 1, total_count: 11, total_pages: 3 },
  });
  expect((await page("?page=2")).count).toBe(0);
});

test.each([
  ["access/apps", 1000],
  ["access/service_tokens", 1000],
  ["access/policies", 100],
  ["access/identity_providers", 200],
  ["cfd_tunnel", 1000],
])("a page of %s holds %d", async (path, size) => {
  const here = cloud();
  const { body } = await here.raw(
    "GET",
    `/accounts/${here.account.id}/${path}`,
  );
  expect(body.result_info).toMatchObject({ page: 1, per_page: size });
});

test.each([
  ["a path that Cloudflare has not", "/nothing"],
  ["an account id that can't be one", "/accounts/datacrew/access/apps"],
  ["a zone id that can't be one", "/zones/datacrew.space/dns_records"],
])("fails on %s", async (_fault, path) => {
  const { status, body } = await cloud().raw("GET", path);
  expect(status).toBe(404);
  expect(body.errors[0]).toMatchObject({
    code: 7003,
    message: expect.stringContaining("Could not route to "),
  });
});

test("names what it leaves out", async () => {
  const here = cloud();
  const { status, body } = await here.raw(
    "GET",
    `/accounts/${here.account.id}/access/bookmarks`,
  );
  expect(status).toBe(501);
  expect(body.errors[0]!.message).toBe(
    `the local Cloudflare has no GET /accounts/${here.account.id}/access/bookmarks`,
  );
});

test("fails on a body that is not JSON", async () => {
  const here = cloud();
  for (const body of ["{", "[]", '"text"']) {
    const answer = await here.raw(
      "POST",
      `/accounts/${here.account.id}/access/apps`,
      { headers: { authorization: `Bearer ${DEPLOY_TOKEN}` }, body },
    );
    expect(answer.status).toBe(400);
    expect(answer.body.success).toBe(false);
  }
});

test("remembers calls without their secrets", async () => {
  const here = cloud();
  await here.client.zeroTrust.identityProviders.create({
    ...here.at,
    name: "Google",
    type: "google",
    config: { client_id: "id", client_secret: "hush" },
  });
  const path = `/accounts/${here.account.id}/access/identity_providers`;
  expect(here.api.calls).toEqual([
    {
      method: "POST",
      path,
      query: "",
      body: {
        name: "Google",
        type: "google",
        config: { client_id: "id", client_secret: "(secret)" },
      },
      at: "2026-11-24T12:00:00.000Z",
      status: 201,
    },
  ]);
});

describe("a listener", () => {
  test("sees the account before and after each effect", async () => {
    const here = cloud();
    const seen: unknown[] = [];
    here.api.onCall({
      before: ({ method }) => {
        seen.push(["before", method, here.account.applications.size]);
      },
      after: ({ method }, { status }) => {
        seen.push(["after", method, here.account.applications.size, status]);
      },
    });
    const app = await makeApp(here);
    await here.client.zeroTrust.access.applications.delete(app.id, here.at);
    expect(seen).toEqual([
      ["before", "POST", 1],
      ["after", "POST", 2, 201],
      ["before", "DELETE", 2],
      ["after", "DELETE", 1, 202],
    ]);
  });

  test("holds up the caller until it is done", async () => {
    const here = cloud();
    const order: string[] = [];
    here.api.onCall({
      async after() {
        await new Promise(setImmediate);
        order.push("listener");
      },
    });
    await makePolicy(here);
    order.push("caller");
    expect(order).toEqual(["listener", "caller"]);
  });

  test("may answer instead, before there is an effect", async () => {
    const here = cloud();
    here.api.onCall({
      before: () => Response.json({ success: false }, { status: 503 }),
    });
    await expect(makeApp(here)).rejects.toMatchObject({ status: 503 });
    expect(here.account.applications.size).toBe(1);
    expect(here.api.calls).toMatchObject([{ method: "POST", status: 503 }]);
  });

  test("may drop the answer to a call that took effect", async () => {
    const here = cloud();
    const stop = here.api.onCall({ after: () => DROP });
    const request = new Request("http://127.0.0.1/client/v4/zones", {
      headers: { authorization: `Bearer ${DEPLOY_TOKEN}` },
    });
    await expect(here.api.handle(request)).rejects.toThrow(ConnectionDropped);
    await expect(makeApp(here)).rejects.toThrow("Connection error");
    expect(here.account.applications.size).toBe(2);
    expect(here.api.calls[1]).not.toHaveProperty("status");

    stop();
    await here.client.zeroTrust.access.applications.list(here.at);
  });
});

test("every answer tells how many calls are left to the token", async () => {
  const here = cloud();
  const ask = async (token: string) => {
    const headers = { authorization: `Bearer ${token}` };
    const answer = await here.raw("GET", "/zones", { headers });
    return Object.fromEntries(answer.headers);
  };
  await ask(DEPLOY_TOKEN);
  here.pass(60_000);
  expect(await ask(DEPLOY_TOKEN)).toMatchObject({
    ratelimit: '"default";r=1198;t=240',
    "ratelimit-policy": '"default";q=1200;w=300',
    "x-ratelimit-limit": "1200",
    "x-ratelimit-remaining": "1198",
  });
  expect(await ask(REVIEW_TOKEN)).toMatchObject({
    ratelimit: '"default";r=1199;t=300',
  });
  here.pass(240_000);
  const next = await ask(DEPLOY_TOKEN);
  expect(next).toMatchObject({ ratelimit: '"default";r=1199;t=300' });
  expect(Object.keys(next)).not.toContain("retry-after");
});
