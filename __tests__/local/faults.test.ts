import { ALL_FAULTS, faults, type FaultRates } from "../../local/faults";
import { cloud, makeApp, makePolicy, refusal } from "./api/support";

function under(rates: FaultRates, seed = 1) {
  const here = cloud();
  here.api.onCall(faults(here.account, seed, rates));
  return here;
}

test.each([
  ["shortRateLimit", 429, "1"],
  ["longRateLimit", 429, "300"],
  ["throttle", 403, null],
] as const)("%s answers %d", async (fault, status, retryAfter) => {
  const here = under({ [fault]: 1 });
  const path = `/accounts/${here.account.id}/access/apps`;
  const answer = await here.raw("GET", path);
  expect(answer.status).toBe(status);
  expect(answer.headers.get("retry-after")).toBe(retryAfter);
  const reset = answer.headers.get("x-ratelimit-reset");
  expect(reset === null).toBe(retryAfter === null);
  if (reset !== null) expect(new Date(reset).toUTCString()).toBe(reset);
});

test("throttles Access and nothing else", async () => {
  const here = under({ throttle: 1 });
  expect((await here.raw("GET", "/zones")).status).toBe(200);
});

test("a server error has no effect", async () => {
  const here = under({ serverError: 1 });
  const { status } = await refusal(makePolicy(here));
  expect([500, 502, 503]).toContain(status);
  expect(here.account.policies.size).toBe(2);
});

test("a connection is cut before or after the effect", async () => {
  const before = under({ dropBefore: 1 });
  await expect(makePolicy(before)).rejects.toThrow("Connection error");
  expect(before.account.policies.size).toBe(2);

  const after = under({ dropAfter: 1 });
  await expect(makePolicy(after)).rejects.toThrow("Connection error");
  expect(after.account.policies.size).toBe(3);
});

test("an application does not find a policy made a moment ago, and then does", async () => {
  const here = under({ latePolicies: 1 });
  const id = await makePolicy(here);
  expect(await refusal(makeApp(here, { policies: [id] }))).toEqual({
    status: 400,
    code: 12130,
    message: `access.api.error.invalid_request: policy ${id} not found`,
  });
  expect(await makeApp(here, { policies: [id] })).toMatchObject({
    policies: [{ id }],
  });
});

test("someone else writes the tunnel after it was read", async () => {
  const here = under({ otherWriter: 1 });
  const { configurations } = here.client.zeroTrust.tunnels.cloudflared;
  const read = await configurations.get(here.tunnelId, here.at);
  const { configuration } = here.account.tunnels.get(here.tunnelId)!;
  expect(configuration.version).toBe(read.version! + 1);
  const rules = configuration.config!.ingress!;
  expect(rules).toHaveLength(read.config!.ingress!.length + 1);
  expect(rules.at(-2)!.hostname).toMatch(/^someone-.*\.datacrew\.space$/);
  expect(rules.at(-1)).toEqual({ service: "http_status:404" });
});

describe("the same seed", () => {
  async function outcomes(seed: number): Promise<(number | undefined)[]> {
    const here = under({ ...ALL_FAULTS, latency: 0 }, seed);
    const paths = ["/zones", `/accounts/${here.account.id}/access/apps`];
    for (let round = 0; round < 40; round++) {
      for (const path of paths) {
        await here.raw("GET", path).catch(() => undefined);
      }
    }
    return here.api.calls.map(({ status }) => status);
  }

  test("brings the same faults, another seed another", async () => {
    const first = await outcomes(7);
    expect(await outcomes(7)).toEqual(first);
    expect(await outcomes(8)).not.toEqual(first);
    expect(first).toContain(200);
    expect(new Set(first).size).toBeGreaterThan(2);
  });
});
