import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { startDeployed, TIMEOUT, type Deployed } from "../secrets/deployed";

jest.setTimeout(TIMEOUT);

/** Another version than that on PATH: `OTHER_TERRAFORM` is its path. */
const OTHER = process.env.OTHER_TERRAFORM;
const VERSION =
  OTHER &&
  execFileSync(OTHER, ["version"], { encoding: "utf8" }).split("\n")[0];

const suite = VERSION ? describe : describe.skip;

suite(VERSION ?? "OTHER_TERRAFORM names no second Terraform", () => {
  const other = { TERRAFORM_BINARY_NAME: OTHER };
  const onPath = {};
  const people = (email: string) => ({ ACCESS_ALLOWED_EMAILS: email });
  let world: Deployed;
  beforeAll(async () => {
    world = await startDeployed();
    await world.deploy(onPath);
  });
  afterAll(() => world.close());

  const deploy = (env: NodeJS.ProcessEnv) =>
    world.run("deploy", ["comfyui", "--auto-approve", "--json"], env);

  test("goes on with the state of the one on PATH: nothing is to change", async () => {
    const { code, stderr, stdout } = await deploy(other);
    expect(stderr).not.toMatch(/Error|Warning/);
    expect(JSON.parse(stdout)).toEqual({
      identity: "unchanged",
      comfyui: "unchanged",
    });
    expect(code).toBe(0);
  });

  test("reviews a change, applies it, and then has nothing to change", async () => {
    const changed = { ...other, ...people("bea@datacrew.space") };
    const review = await world.run("review", ["comfyui"], changed);
    expect(review.stdout).toMatch(/bea@datacrew\.space/);
    const { code, stderr, stdout } = await deploy(changed);
    expect(stderr).not.toMatch(/Error|Warning/);
    expect(JSON.parse(stdout)).toMatchObject({ comfyui: "deployed" });
    expect(code).toBe(0);
    const again = await deploy(changed);
    expect(JSON.parse(again.stdout)).toMatchObject({ comfyui: "unchanged" });
  });

  test("hands back to the one on PATH, which changes nothing and applies a change", async () => {
    const same = await deploy({ ...onPath, ...people("bea@datacrew.space") });
    expect(same.stderr).not.toMatch(/Error|Warning/);
    expect(JSON.parse(same.stdout)).toMatchObject({ comfyui: "unchanged" });
    const next = await deploy({ ...onPath, ...people("eve@datacrew.space") });
    expect(JSON.parse(next.stdout)).toMatchObject({ comfyui: "deployed" });
  });

  test("rotates a token and destroys all", async () => {
    const env = { ...other, ...people("eve@datacrew.space") };
    const file = join(world.folder, "machine.env");
    const rotated = await world.run("rotate", ["comfyui", "--file", file], env);
    expect(rotated).toMatchObject({ code: 0 });
    const all = ["comfyui", "identity", "--auto-approve"];
    const { code, stderr } = await world.run("destroy", all, env);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  });
});
