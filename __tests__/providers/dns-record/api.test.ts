import { RecordApi } from "../../../providers/dns-record/api";
import { CallFailure } from "../../../providers/tunnel-route/failure";

function refused(call: string, status: number): CallFailure {
  return CallFailure.refused(call, {
    status,
    retryAfter: null,
    success: false,
    result: null,
    errors: [{ code: 10000, message: "Authentication error" }],
  });
}

/** Answers every call with the same, or fails it. */
function api(answer: unknown, calls: unknown[] = []): RecordApi {
  return new RecordApi({
    call: async (method, path, body) => {
      calls.push(body ? [method, path, body] : [method, path]);
      if (answer instanceof Error) throw answer;
      return answer;
    },
  });
}

test("finds what has a name, whole", async () => {
  const calls: unknown[] = [];
  const records = ["TXT", "CNAME", "MX"].map((type) => ({
    id: type,
    name: "App.example.com",
    type,
    content: "x",
    comment: "kept",
  }));
  const found = await api(records, calls).find("z1", "app.example.com");
  expect(found.map(({ type }) => type)).toEqual(["TXT", "CNAME", "MX"]);
  expect(found[1]).toEqual({
    ...{ id: "CNAME", name: "App.example.com", type: "CNAME", content: "x" },
    proxied: false,
    whole: records[1],
  });
  expect(calls).toEqual([
    ["GET", "/zones/z1/dns_records?name.exact=app.example.com&per_page=100"],
  ]);
});

test("takes what is gone for gone, and another failure for one", async () => {
  const gone = api(refused("GET /x", 404));
  expect(await gone.get("z1", "r1")).toBeUndefined();
  await gone.remove("z1", "r1");
  const failing = api(refused("GET /x", 500));
  await expect(failing.get("z1", "r1")).rejects.toThrow("500");
  await expect(failing.remove("z1", "r1")).rejects.toThrow("500");
});

test("leaves what it does not state when it changes a record", async () => {
  const calls: unknown[] = [];
  const wanted = { name: "app.example.com", type: "CNAME", content: "t1" };
  await api({}, calls).update("z1", "r1", wanted);
  expect(calls).toEqual([
    ["PATCH", "/zones/z1/dns_records/r1", { ...wanted, proxied: true, ttl: 1 }],
  ]);
});

test.each([
  ["POST /zones/z1/dns_records", "DNS: Edit", "zone_id"],
  ["PUT /accounts/a1/access/apps/x", "Access: Apps and Policies", "account_id"],
  [
    "GET /accounts/a1/access/identity_providers",
    "Access: Organizations",
    "account_id",
  ],
  ["GET /accounts/a1/cfd_tunnel/t1", "Cloudflare Tunnel: Edit", "tunnel_id"],
])("names for %s the permission that it lacks", (call, permission, id) => {
  expect(refused(call, 403).detail).toContain(permission);
  expect(refused(call, 404).detail).toContain(id);
});
