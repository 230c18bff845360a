import { DROP, type ApiCall } from "../../../local/api/calls";
import { ApiError } from "../../../local/api/envelope";
import { TIMEOUT, Workspace } from "./workspace";

jest.setTimeout(TIMEOUT);

let workspace: Workspace;

beforeAll(async () => {
  workspace = await Workspace.open();
  workspace.write({
    zero_trust_access_service_token: {
      cli: { account_id: workspace.accountId, name: "cli" },
    },
  });
});
afterAll(() => workspace.close());

const refusal = (status: number, headers?: Record<string, string>) =>
  new ApiError(status, 1, "no", { headers });

/** Applies while every create, or the first few, are answered so. */
async function create(answer: () => Response | typeof DROP, times = Infinity) {
  let count = 0;
  const stop = workspace.instead((call: ApiCall) => {
    if (call.method !== "POST" || count >= times) return undefined;
    count += 1;
    return answer();
  });
  const outcome: { text: string; code: number | null } = { text: "", code: 0 };
  const writes = await workspace.writes(async () => {
    Object.assign(outcome, await workspace.apply());
  });
  stop();
  return { ...outcome, attempts: writes.length };
}

test.each([
  [409, 3, "409 Conflict"],
  [429, 3, "429 Too Many Requests"],
  [500, 3, "500 Internal Server Error"],
  [503, 3, "503 Service Unavailable"],
  [400, 1, "400 Bad Request"],
  [403, 1, "403 Forbidden"],
])("gives up on %i after %i attempts", async (status, attempts, words) => {
  // The wait that Cloudflare's rate limit asks for is longer than it has patience.
  const failed = await create(() =>
    refusal(status, { "retry-after": "300" }).toResponse(),
  );

  expect(failed).toMatchObject({ code: 1, attempts });
  expect(failed.text).toContain("Error: failed to make http request");
  expect(failed.text).toContain(
    `POST "http://127.0.0.1:${workspace.port}/client/v4/accounts/${workspace.accountId}/access/service_tokens": ${words} {`,
  );
});

test("gives up on a lost connection after 3 attempts", async () => {
  const failed = await create(() => DROP);

  expect(failed).toMatchObject({ code: 1, attempts: 3 });
  expect(failed.text).toMatch(/Post "http:.*\/service_tokens": EOF/);
});

test.each([
  ["false", 500, 1],
  ["true", 400, 3],
])("does as x-should-retry: %s says", async (wish, status, attempts) => {
  const failed = await create(() =>
    refusal(status, { "x-should-retry": wish }).toResponse(),
  );

  expect(failed).toMatchObject({ code: 1, attempts });
});

test("gets through when the third attempt is answered", async () => {
  const made = await create(
    () => refusal(429, { "retry-after": "1" }).toResponse(),
    2,
  );

  expect(made).toMatchObject({ code: 0, attempts: 3 });
});
