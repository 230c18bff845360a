import { existsSync, readdirSync } from "node:fs";
import { TerraformError } from "../../deployment/terraform";
import { ApiError } from "../../local/api/envelope";
import { ALL_FAULTS, faults, type FaultRates } from "../../local/faults";
import { shape } from "./shape";
import { TIMEOUT, World } from "./world";

jest.setTimeout(TIMEOUT);

let world: World;
beforeEach(async () => (world = await World.open("guide")));
afterEach(() => world.close());

/** Plan files of any stack: they hold secrets. */
async function planFiles(): Promise<string[]> {
  const stacks = await world.stacks();
  return stacks.flatMap(({ dir }) =>
    existsSync(dir) ? readdirSync(dir).filter((it) => /plan$/.test(it)) : [],
  );
}

/** Answers the first calls that fit, as many as there are answers. */
function answerFirst(fits: RegExp, answers: Response[]): void {
  world.api.onCall({
    before: ({ method, path }) =>
      fits.test(`${method} ${path}`) ? answers.shift() : undefined,
  });
}

const refusal = (status: number, code: number, message: string, after = 300) =>
  new ApiError(status, code, message, {
    headers: { "retry-after": String(after), "x-should-retry": "false" },
  }).toResponse();

test.each<[string, RegExp, () => Response, RegExp]>([
  [
    "403 that means throttling",
    /^POST .*\/access\/policies$/,
    () => refusal(403, 10000, "Authentication error"),
    /The API token lacks a permission/,
  ],
  [
    "503",
    /^POST .*\/access\/apps$/,
    () => refusal(503, 1100, "Internal error"),
    /returned an error/,
  ],
  [
    "429",
    /^POST .*\/access\/service_tokens$/,
    () => refusal(429, 971, "Please wait"),
    /rate limit/,
  ],
])("tries again after a %s", async (_, fits, answer, remedy) => {
  answerFirst(fits, [answer()]);
  const told: string[] = [];
  expect(
    await world.deploy({
      waits: [0],
      onRetry: ({ name }, said) => told.push(`${name}: ${said}`),
    }),
  ).toEqual({ identity: "deployed", comfyui: "deployed" });
  expect(told).toEqual([expect.stringMatching(remedy)]);
  expect(await planFiles()).toEqual([]);
});

test("tries again while a new policy is not known everywhere", async () => {
  const late: FaultRates = { latePolicies: 1 };
  world.api.onCall(faults(world.account, 1, late));
  const told: string[] = [];
  const outcomes = await world.deploy({
    waits: [0, 0, 0],
    onRetry: (_, said) => told.push(said),
  });
  expect(outcomes.comfyui).toBe("deployed");
  expect(told).toContain(
    "A new policy has not propagated at Cloudflare yet. Deploy again.",
  );
});

test("stops after the last wait, with Terraform's words and without a plan file", async () => {
  answerFirst(
    /^POST .*\/access\/apps$/,
    [1, 2, 3].map(() => refusal(503, 1100, "Internal error")),
  );
  await expect(world.deploy({ waits: [0] })).rejects.toThrow(TerraformError);
  expect(await planFiles()).toEqual([]);
});

test("does not try again what will not pass", async () => {
  const app = { id: "1", name: "by hand" };
  answerFirst(/^POST .*\/access\/apps$/, [
    refusal(
      409,
      11010,
      `access.api.error.application_already_exists ${app.id}`,
    ),
  ]);
  const told: string[] = [];
  await expect(
    world.deploy({ waits: [0, 0], onRetry: (_, said) => told.push(said) }),
  ).rejects.toThrow(/11010/);
  expect(told).toEqual([]);
});

test("asks once about what it tries again, and changes nothing when declined", async () => {
  answerFirst(/^POST .*\/access\/apps$/, [
    refusal(503, 1100, "Internal error"),
  ]);
  const asked: string[] = [];
  await world.deploy({
    waits: [0],
    approve: async ({ name }) => asked.push(name) > 0,
  });
  expect(asked).toEqual(["identity", "comfyui"]);

  await world.destroy();
  const writes = await world.writes(async () =>
    expect(await world.deploy({ approve: async () => false })).toEqual({
      identity: "declined",
    }),
  );
  expect(writes).toEqual([]);
  expect(await planFiles()).toEqual([]);
});

test("comes through faults of the API to what a deploy without them leads to", async () => {
  const fair = await World.open("guide");
  try {
    await fair.deploy();
    // What leaves duplicates or another writer's rules is tried elsewhere.
    const rates = { ...ALL_FAULTS, latency: 0, dropAfter: 0, otherWriter: 0 };
    world.api.onCall(faults(world.account, 7, rates));
    await world.deploy({ waits: Array.from({ length: 20 }, () => 0) });
    expect(shape(world.account)).toEqual(shape(fair.account));
  } finally {
    await fair.close();
  }
});
