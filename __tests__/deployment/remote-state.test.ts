import {
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { deployStack } from "../../deployment/deploy";
import { synthesize } from "../../deployment/stacks";
import { Terraform } from "../../deployment/terraform";
import { remoteStateCheck } from "../../doctor/checks/remote-state";
import { startDeployed, TIMEOUT, type Deployed } from "../secrets/deployed";
import { run } from "./world";
import type { Bucket } from "./bucket";
import { MOTO, startBucket } from "./s3";

jest.setTimeout(TIMEOUT);

const STATES = [
  "access-stacks/comfyui.tfstate",
  "access-stacks/identity.tfstate",
];
const LOCK = "access-stacks/comfyui.tfstate.tflock";
const CDKTF = join(__dirname, "../../node_modules/.bin/cdktf");
const HELD = {
  ID: "8f3c2a10-0000-4000-8000-000000000001",
  Operation: "OperationTypeApply",
  Info: "",
  Who: "ci@runner-7",
  Version: "1.11.4",
  Created: "2026-11-24T20:00:00.5Z",
  Path: "states/access-stacks/comfyui.tfstate",
};

const suite = MOTO === undefined ? describe.skip : describe;

suite(`states in a bucket (${MOTO ?? "moto_server is not installed"})`, () => {
  let world: Deployed;
  let bucket: Bucket;
  const closing: (() => Promise<void>)[] = [];
  let rulesBefore: string;
  let stateHere: string;
  /** The state of the service as it was before it was moved. */
  let copy: string;
  beforeAll(async () => {
    bucket = await startBucket();
    closing.push(() => bucket.close());
    world = await startDeployed();
    closing.push(() => world.close());
    stateHere = join(folder("ACCESS_STATE_DIR"), "comfyui.tfstate");
    rulesBefore = rules();
    await world.deploy();
  });
  afterAll(async () => {
    for (const close of closing.reverse()) await close();
  });

  function rules(): string {
    const [tunnel] = world.account.tunnels.values();
    return JSON.stringify(tunnel?.configuration.config);
  }

  const folder = (name: string) => world.env[name] ?? "";
  const statesHere = () =>
    readdirSync(folder("ACCESS_STATE_DIR")).filter((name) =>
      /tfstate/.test(name),
    );

  /** Files below a folder that hold a text. */
  function filesWith(text: string, below: string): string[] {
    return readdirSync(below, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((file) => readFileSync(file, "utf8").includes(text));
  }

  /** The environment with another person who may log in. */
  function allowing(email: string): NodeJS.ProcessEnv {
    return {
      ...bucket.env,
      ACCESS_ALLOWED_EMAILS: `ada@datacrew.space,${email}`,
    };
  }

  const deploy = (env: NodeJS.ProcessEnv, ...args: string[]) =>
    world.run("deploy", ["comfyui", "--auto-approve", ...args], env);

  test("fails to deploy with an empty state while there is one on this machine", async () => {
    const { code, stderr } = await deploy(bucket.env);
    expect(stderr).toMatch(/the state of comfyui is in .*npm run move-state/);
    expect(code).toBe(2);
  });

  test("moving them is one command, and nothing then has changed", async () => {
    copy = readFileSync(stateHere, "utf8");
    const moved = await world.run("move-state", ["--json"], bucket.env);
    expect(moved.stderr).toBe("");
    expect(JSON.parse(moved.stdout)).toEqual({
      identity: "moved",
      comfyui: "moved",
    });
    expect(await bucket.keys()).toEqual(STATES);
    expect(statesHere()).toEqual([
      "comfyui.tfstate.moved",
      "identity.tfstate.moved",
    ]);
    expect(await world.deploy(bucket.env)).toBe(
      "identity unchanged, comfyui unchanged",
    );
  });

  test("moving them again goes on where an interrupted run was", async () => {
    writeFileSync(stateHere, copy);
    const { code, stdout } = await world.run("move-state", [], bucket.env);
    expect(stdout).toMatch(/^identity: nothing to move in /m);
    expect(stdout).toMatch(/^comfyui: in s3:.*comfyui\.tfstate already$/m);
    expect(code).toBe(0);
    expect(existsSync(stateHere)).toBe(false);
  });

  test("fails to move a state over one that was never its copy", async () => {
    const stranger = JSON.parse(copy) as Record<string, unknown>;
    stranger.outputs = {};
    stranger.lineage = "11111111-0000-4000-8000-000000000000";
    writeFileSync(stateHere, JSON.stringify(stranger));
    const { code, stderr } = await world.run("move-state", [], bucket.env);
    expect(stderr).toContain("The target already has a different state");
    expect(code).toBe(1);
    expect(existsSync(stateHere)).toBe(true);
    rmSync(stateHere);
  });

  test("fails on this machine then, and says where they are", async () => {
    const { code, stderr } = await deploy({});
    expect(stderr).toContain(`was moved to s3://states/${STATES[0]}: set`);
    expect(code).toBe(2);
  });

  test("a deploy leaves no secret on this machine, of the service or the bucket", async () => {
    const done = await deploy(allowing("grace@example.org"));
    expect(done).toMatchObject({ code: 0, stderr: "" });
    const [token] = world.account.serviceTokens.values();
    for (const name of ["ACCESS_STATE_DIR", "CDKTF_OUTPUT"])
      for (const secret of [
        token?.client_secret ?? "none",
        bucket.env.AWS_SECRET_ACCESS_KEY ?? "none",
      ])
        expect(filesWith(secret, folder(name))).toEqual([]);
    expect(await bucket.keys()).toEqual(STATES);
  });

  test("cdktf itself sees no change", async () => {
    const { code, stdout } = await run(CDKTF, ["diff", "comfyui"], {
      ...world.env,
      ...allowing("grace@example.org"),
    });
    expect(stdout).toContain("No changes.");
    expect(code).toBe(0);
  });

  test("the doctor says where they are, and what is amiss there", async () => {
    const look = async (more: NodeJS.ProcessEnv) => {
      const env = { ...world.env, ...bucket.env, ...more };
      const [seen] = [await remoteStateCheck.run({ env })].flat();
      return `${seen?.status}: ${seen?.what} ${seen?.todo ?? ""}`;
    };
    expect(await look({})).toMatch(/^ok: states are in s3:\/\/states\/access-/);
    expect(await look({ ACCESS_STATE_BUCKET: "elsewhere" })).toMatch(
      /^problem: s3:\/\/elsewhere.* does not exist.* The state bucket does not exist/,
    );
    expect(await look({ AWS_ACCESS_KEY_ID: "" })).toMatch(
      /^problem: .*No valid credential sources.* set AWS_ACCESS_KEY_ID/,
    );
    expect(await look({ ACCESS_STATE: "local" })).toMatch(/^undefined/);
  });

  test("commands read it, from a fresh checkout too", async () => {
    rmSync(join(folder("CDKTF_OUTPUT"), "stacks"), { recursive: true });
    const args = ["comfyui", "--to", "export"];
    const { code, stdout } = await world.run("secrets", args, bucket.env);
    expect(stdout).toMatch(/^export COMFYUI_ACCESS_CLIENT_SECRET='/m);
    expect(code).toBe(0);
  });

  test("fails while another deploy holds the state: who, since when, and what frees it", async () => {
    await bucket.put(LOCK, JSON.stringify(HELD));
    const { code, stderr } = await deploy(bucket.env, "--lock-timeout", "0s");
    await bucket.delete(LOCK);
    expect(stderr).toContain(
      "ci@runner-7 holds the state lock of comfyui since 2026-11-24 20:00:00.5 UTC: wait for that deploy",
    );
    expect(stderr).toContain(`stacks/comfyui force-unlock ${HELD.ID}`);
    expect(code).toBe(1);
  });

  test("waits for a deploy that ends meanwhile", async () => {
    await bucket.put(LOCK, JSON.stringify(HELD));
    const env = { ...world.env, ...allowing("grace@example.org") };
    const comfyui = (await synthesize({ env })).get("comfyui");
    const freed: Promise<void>[] = [];
    const outcome = await deployStack(comfyui!, {
      env,
      approve: async () => true,
      onLine(line) {
        if (line.startsWith("Acquiring state lock"))
          freed.push(bucket.delete(LOCK));
      },
    });
    await Promise.all(freed);
    expect(freed).toHaveLength(1);
    expect(outcome).toBe("unchanged");
  });

  test("two deploys at once from two machines end as one", async () => {
    const env = allowing("alan@example.org");
    const elsewhere = join(world.folder, "elsewhere");
    const both = await Promise.all([
      deploy(env),
      deploy({
        ...env,
        CDKTF_OUTPUT: join(elsewhere, "out"),
        ACCESS_STATE_DIR: join(elsewhere, "state"),
      }),
    ]);
    expect(both.map(({ code, stderr }) => [code, stderr])).toEqual([
      [0, ""],
      [0, ""],
    ]);
    expect(await world.deploy(env)).toBe(
      "identity unchanged, comfyui unchanged",
    );
  });

  test("without the journal a destroy puts back the rule that stood there", async () => {
    rmSync(join(folder("ACCESS_STATE_DIR"), "journal"), { recursive: true });
    const env = { ...world.env, ...bucket.env, TF_CLI_ARGS_plan: "-destroy" };
    const comfyui = (await synthesize({ env })).get("comfyui");
    const terraform = new Terraform(comfyui?.dir ?? "", { env });
    const plan = join(world.folder, "destroy.plan");
    await terraform.init();
    expect(await terraform.plan(plan)).toBe(true);
    await terraform.apply(plan);
    expect(rules()).toBe(rulesBefore);
  });

  test("and they can be moved back", async () => {
    const env = { ...bucket.env, ACCESS_STATE: "local" };
    const moved = await world.run("move-state", ["--from", "s3"], env);
    expect(moved.stdout).toMatch(
      /^identity: moved to .*which contains secrets/m,
    );
    expect(moved.code).toBe(0);
    expect(statesHere()).toEqual(["identity.tfstate"]);
    expect(await world.deploy(env)).toBe(
      "identity unchanged, comfyui deployed",
    );
  });
});
