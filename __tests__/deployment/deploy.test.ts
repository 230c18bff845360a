import { existsSync, readdirSync } from "node:fs";
import { TerraformError } from "../../deployment/terraform";
import { ApiError } from "../../local/api/envelope";
import { ALL_FAULTS, faults, type FaultRates } from "../../local/faults";
import { atLength } from "../at-length";
import { shape } from "./shape";
import { TIMEOUT, World } from "./world";

jest.setTimeout(TIMEOUT);

let world: World;
beforeAll(async () => (world = await World.open("guide")));
afterAll(() => world.close());

/** Plan files of any stack: they hold secrets. */
async function planFiles(): Promise<string[]> {
  const stacks = await world.stacks();
  return stacks.flatMap(({ dir }) =>
    existsSync(dir) ? readdirSync(dir).filter((it) => /plan$/.test(it)) : [],
  );
}

/** Answers the first calls that fit, as many as there are answers. */
const answerFirst = (fits: RegExp, answers: Response[]) =>
  world.api.onCall({
    before: ({ method, path }) =>
      fits.test(`${method} ${path}`) ? answers.shift() : undefined,
  });

const refusal = (status: number, code: number, message: string, after = 300) =>
  new ApiError(status, code, message, {
    headers: { "retry-after": String(after), "x-should-retry": "false" },
  }).toResponse();

// Each test goes on where the one before it ended.

test("changes nothing when declined", async () => {
  const writes = await world.writes(async () =>
    expect(await world.deploy({ approve: async () => false })).toEqual({
      identity: "declined",
    }),
  );
  expect(writes).toEqual([]);
  expect(await planFiles()).toEqual([]);
});

test("stops after the last wait, with Terraform's words and without a plan file", async () => {
  const stop = answerFirst(
    /^POST .*\/access\/apps$/,
    [1, 2, 3].map(() => refusal(503, 1100, "Internal error")),
  );
  await expect(world.deploy({ waits: [0] })).rejects.toThrow(TerraformError);
  stop();
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

test("asks once about what it tries again", async () => {
  answerFirst(/^POST .*\/access\/apps$/, [
    refusal(503, 1100, "Internal error"),
  ]);
  const asked: string[] = [];
  const { comfyui } = await world.deploy({
    waits: [0],
    approve: async ({ name }) => asked.push(name) > 0,
  });
  expect({ asked, comfyui }).toEqual({
    asked: ["comfyui"],
    comfyui: "deployed",
  });
});

test("tries again after a 429, a 403 that means throttling and a 503", async () => {
  await world.destroy();
  const token = /^POST .*\/access\/service_tokens$/;
  const told: string[] = [];
  // Each once the one before it was told: the policy needs the token, and the
  // application the policy.
  const answers: [RegExp, Response][] = [
    [token, refusal(429, 971, "Please wait")],
    [
      /^POST .*\/access\/policies$/,
      refusal(403, 10000, "Authentication error"),
    ],
    [/^POST .*\/access\/apps$/, refusal(503, 1100, "Internal error")],
  ];
  const stop = world.api.onCall({
    before({ method, path }) {
      const [fits, answer] = answers[told.length] ?? [];
      if (!fits?.test(`${method} ${path}`)) return undefined;
      return answer?.clone();
    },
  });
  expect(
    await world.deploy({
      waits: [0, 0, 0],
      onRetry: ({ name }, said) => told.push(`${name}: ${said}`),
    }),
  ).toEqual({ identity: "deployed", comfyui: "deployed" });
  stop();
  expect(told).toEqual([
    expect.stringMatching(/^comfyui: .*rate limit/),
    expect.stringMatching(/^comfyui: The API token lacks a permission/),
    expect.stringMatching(/^comfyui: .*returned an error/),
  ]);
  expect(await planFiles()).toEqual([]);
});

test("tries again while a new policy is not known everywhere", async () => {
  await world.destroy();
  const late: FaultRates = { latePolicies: 1 };
  const stop = world.api.onCall(faults(world.account, 1, late));
  const told: string[] = [];
  const outcomes = await world.deploy({
    waits: [0, 0, 0],
    onRetry: (_, said) => told.push(said),
  });
  stop();
  expect(outcomes.comfyui).toBe("deployed");
  expect(told).toContain(
    "A new policy has not propagated at Cloudflare yet. Deploy again.",
  );
});

atLength(
  "comes through faults of the API to what a deploy without them leads to",
  async () => {
    const fair = await World.open("guide");
    const faulty = await World.open("guide");
    try {
      await fair.deploy();
      // What leaves duplicates or another writer's rules is tried elsewhere.
      const rates = { ...ALL_FAULTS, latency: 0, dropAfter: 0, otherWriter: 0 };
      faulty.api.onCall(faults(faulty.account, 7, rates));
      await faulty.deploy({ waits: Array.from({ length: 20 }, () => 0) });
      expect(shape(faulty.account)).toEqual(shape(fair.account));
    } finally {
      await fair.close();
      await faulty.close();
    }
  },
);
