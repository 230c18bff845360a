import {
  DROP,
  type ApiCall,
  type Intervention,
} from "../../../local/api/calls";
import { ApiError } from "../../../local/api/envelope";
import { TunnelApi } from "../../../providers/tunnel-route/api";
import { ApiCalls } from "../../../providers/tunnel-route/api-calls";
import { DEPLOY_TOKEN, openCloud, type Cloud } from "./cloud";
import { access, Stack } from "./stack";

const REVIEW_TOKEN = "rehearsal-only-cloudflare-review-token-00002";
const ROUTES = {
  it: { hostname: "comfyui.datacrew.space", origin_request: access("aud") },
};

let cloud: Cloud;
let stack: Stack;
beforeEach(async () => {
  cloud = await openCloud();
  stack = open();
});
afterEach(async () => {
  stack.remove();
  await cloud.close();
});

/** Does not really wait; waits are in `stack.waits`. */
function open(
  apiToken = DEPLOY_TOKEN,
  timeoutMs?: number,
  sleep?: () => Promise<void>,
): Stack {
  const { baseUrl, account, tunnelId } = cloud;
  return new Stack(
    new TunnelApi(new ApiCalls({ baseUrl, apiToken, timeoutMs })),
    {
      tunnel: { accountId: account.id, tunnelId },
      sleep,
    },
  );
}

type Fault = () => Intervention | Promise<Intervention>;

/** Does something to the first `times` calls of this method. */
function first(
  times: number,
  method: string,
  fault: Fault,
  when: "before" | "after" = "before",
): void {
  let count = 0;
  cloud.api.onCall({
    [when]: (call: ApiCall) => {
      const hit =
        call.method === method && call.path.endsWith("configurations");
      return hit && count++ < times ? fault() : undefined;
    },
  });
}

const answer = (status: number, code: number, retryAfter?: number) => () =>
  new ApiError(status, code, "Something went wrong.", {
    headers: retryAfter === undefined ? {} : { "retry-after": `${retryAfter}` },
  }).toResponse();

const puts = () => cloud.api.calls.filter((call) => call.method === "PUT");
const isThere = () =>
  cloud
    .rules()
    .some(
      ({ hostname, originRequest }) =>
        hostname === ROUTES.it.hostname && originRequest?.["access"],
    );

test.each<[string, Fault, RegExp]>([
  ["429 with a short wait", answer(429, 971, 2), /answered 429/],
  ["a throttling 403", answer(403, 10000), /answered 403: 10000/],
  ["500", answer(500, 1100), /answered 500/],
  ["503", answer(503, 1100), /answered 503/],
  ["a cut connection", () => DROP, /connection was lost/],
])(
  "gets through %s, whichever call it hits, and says so",
  async (_, fault, reason) => {
    first(2, "GET", fault);
    first(2, "PUT", fault);

    await stack.apply(ROUTES);

    expect(isThere()).toBe(true);
    expect(stack.warnings.join("\n")).toMatch(reason);
    expect(stack.warnings.join("\n")).toMatch(/needed 3 attempts/);
    expect(stack.waits).toHaveLength(4);
  },
);

test("waits as long as Retry-After says", async () => {
  first(1, "PUT", answer(429, 971, 7));
  await stack.apply(ROUTES);
  expect(stack.waits).toEqual([7000]);
});

test("waits longer each time", async () => {
  first(3, "GET", answer(502, 0));
  await stack.apply(ROUTES);
  const [one = 0, two = 0, three = 0] = stack.waits;
  expect(one).toBeLessThan(two);
  expect(two).toBeLessThan(three);
});

test.each([429, 503])(
  "fails at once on %i with a long wait, and says when to come back",
  async (status) => {
    first(1, "GET", answer(status, 971, 300));
    await expect(stack.apply(ROUTES)).rejects.toThrow(
      /answered \d+: 971 .*asks to retry after 300 s.*GET \/accounts\/.*again in 300 seconds/s,
    );
    expect(stack.waits).toEqual([]);
  },
);

test("does not come back at once even if Retry-After says so", async () => {
  first(1, "PUT", answer(429, 971, 0));
  await stack.apply(ROUTES);
  expect(stack.waits).toHaveLength(1);
  expect(stack.waits[0]).toBeGreaterThan(300);
});

test("tells every try: the call, the reason, the wait; once it helped and once it did not", async () => {
  first(1, "PUT", answer(429, 971, 7));
  await stack.apply(ROUTES);
  expect(stack.warnings.at(-1)).toMatch(
    /needed 2 attempts: answered 429.*\n1\. answered 429: 971 .* and asks to retry after 7 s \(PUT \/accounts\/.*\/configurations\); waited 7\.0 s$/,
  );

  first(99, "GET", answer(500, 1100));
  const tries = [1, 2, 3, 4, 5].map(
    (n) => `${n}\\. answered 500: 1100 .* \\(GET .*\\); waited \\d+\\.\\d s`,
  );
  await expect(stack.destroy()).rejects.toThrow(
    new RegExp(`tried 6 times.*Earlier attempts:\n${tries.join("\n")}$`, "s"),
  );
});

test("tells them as well where something else ends it", async () => {
  first(1, "PUT", answer(502, 0));
  cloud.api.onCall({
    before: ({ method }) =>
      method === "PUT" && stack.waits.length > 0
        ? answer(400, 1056)()
        : undefined,
  });
  await expect(stack.apply(ROUTES)).rejects.toThrow(
    /answered 400: 1056 .*tried 2 times.*Earlier attempts:\n1\. answered 502.*waited/s,
  );

  stack.remove();
  first(1, "GET", answer(502, 0));
  stack = open(DEPLOY_TOKEN, undefined, () =>
    Promise.reject(new Error("stop")),
  );
  await expect(stack.apply(ROUTES)).rejects.toThrow("stop");
  expect(stack.warnings.join("\n")).toMatch(/1\. answered 502/);
});

test.each([
  [
    "500",
    answer(500, 1100),
    /answered 500: 1100 .*tried 6 times.*cloudflarestatus/s,
    5,
  ],
  [
    "403",
    answer(403, 9109),
    /answered 403: 9109 .*tried 4 times.*Cloudflare Tunnel: Edit/s,
    3,
  ],
  [
    "403 with a page",
    () => new Response("<html>Attention", { status: 403 }),
    /answered 403 .*tried 4 times.*A page came in place of an answer/s,
    3,
  ],
])(
  "fails when %s does not end: the call, the code, the remedy; nothing written",
  async (_, fault, message, waits) => {
    first(99, "GET", fault);
    await expect(stack.apply(ROUTES)).rejects.toThrow(message);
    expect(stack.waits).toHaveLength(waits);
    expect(puts()).toHaveLength(0);
  },
);

test("a failed read never leads to a write", async () => {
  await stack.apply(ROUTES);
  const count = puts().length;
  first(99, "GET", () => DROP);
  await expect(stack.destroy()).rejects.toThrow(/connection was lost/);
  expect(puts()).toHaveLength(count);
});

test("an answer that is no JSON counts as a failure", async () => {
  first(1, "GET", () => new Response("<html>bad gateway</html>"));
  await expect(stack.apply(ROUTES)).rejects.toThrow(/answered 200/);
  expect(puts()).toHaveLength(0);
});

test("gives up on an answer that does not come, and asks again", async () => {
  stack.remove();
  stack = open(DEPLOY_TOKEN, 300);
  first(1, "GET", () => new Promise((resolve) => setTimeout(resolve, 900)));
  await stack.apply(ROUTES);
  expect(stack.warnings.join()).toMatch(/no answer within 0.3 s/);
  expect(isThere()).toBe(true);
});

test("a write whose answer was lost is not written twice", async () => {
  first(1, "PUT", () => DROP, "after");
  await stack.apply(ROUTES);
  expect(puts()).toHaveLength(1);
  expect(isThere()).toBe(true);
  await stack.destroy();
  expect(cloud.rules()[2]).toEqual({
    hostname: "comfyui.datacrew.space",
    service: "http://caddy:80",
    originRequest: { httpHostHeader: "comfyui.datacrew.space" },
  });
});

test("fails with a token that may only read, before anything is written", async () => {
  stack.remove();
  stack = open(REVIEW_TOKEN);
  await expect(stack.apply(ROUTES)).rejects.toThrow(
    /PUT .*Cloudflare Tunnel: Edit/s,
  );
  expect(isThere()).toBe(false);
});

test("the token is in no message", async () => {
  first(99, "GET", answer(500, 1100));
  const error = await stack.apply(ROUTES).catch((e: unknown) => e);
  expect(JSON.stringify(error) + String(error)).not.toContain(DEPLOY_TOKEN);
});

describe("someone else writes", () => {
  const edit = () =>
    cloud.write((config) => {
      config.ingress!.unshift({
        hostname: "new.datacrew.space",
        service: "http://new",
      });
    });

  test("between our read and our write: noticed by the version, both documents shown", async () => {
    first(1, "PUT", () => edit());
    await stack.apply(ROUTES);
    const { version } = cloud.tunnel.configuration;
    const told = stack.warnings.join("\n");
    expect(told).toMatch(/their change is lost/);
    expect(told).toContain(
      `We read version 14, so our write should be 15, but it is ${version}`,
    );
    expect(told).toMatch(
      /Before our write:.*http:\/\/previews:8000.*After it:.*"audTag":\["aud"\]/s,
    );
  });

  test("between our write without an answer and the next try: may be lost", async () => {
    const cut: Fault = () => {
      edit();
      return DROP;
    };
    first(1, "PUT", cut, "after");
    await stack.apply(ROUTES);
    expect(stack.warnings.join("\n")).toMatch(/their change may be lost/);
    expect(isThere()).toBe(true);
  });

  test("over our write: it is done again", async () => {
    const before = structuredClone(cloud.tunnel.configuration.config);
    first(
      1,
      "PUT",
      () => cloud.write((config) => Object.assign(config, before)),
      "after",
    );
    await stack.apply(ROUTES);
    expect(isThere()).toBe(true);
    expect(stack.warnings.join("\n")).toMatch(/overwrote our change/);
  });

  test("at peace, nothing is reported", async () => {
    await stack.apply({ it: { hostname: "quiet.datacrew.space" } });
    expect(stack.warnings).toEqual([]);
  });
});
