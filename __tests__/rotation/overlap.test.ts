import { startDeployed, TIMEOUT, type Deployed } from "../secrets/deployed";
import { fileOf, rotationOf } from "./support";

jest.setTimeout(TIMEOUT);

let world: Deployed;
beforeAll(async () => {
  world = await startDeployed();
  await world.deploy();
});
afterAll(() => world.close());

const { entry, stored, token, works } = rotationOf(() => world);

test("old and new work during the overlap, only the new after; a deploy then changes nothing", async () => {
  const old = token().client_secret;

  const run = await world.run("rotate", [
    ...["comfyui", "--file", fileOf(world), "--overlap", "2h", "--json"],
  ]);

  expect(run.code).toBe(0);
  expect(JSON.parse(run.stdout)).toMatchObject({
    token: "comfyui-api",
    version: 2,
    previousExpiresAt: entry()?.previousExpiresAt,
    expiresAt: token().expires_at,
  });
  expect(stored()).toBe(token().client_secret);
  expect(await works(old)).toBe(true);
  expect(await works(stored())).toBe(true);
  expect(entry()).not.toHaveProperty("unfinished");
  expect(await world.deploy()).toBe("identity unchanged, comfyui unchanged");

  world.wait(2 * 3600 + 1);
  expect(await works(old)).toBe(false);
  expect(await works(stored())).toBe(true);
  expect(world.printed.join("")).not.toContain(old);
  expect(world.printed.join("")).not.toContain(stored());
});
