import { execFileSync } from "node:child_process";
import { startDeployed, TIMEOUT, type Deployed } from "../secrets/deployed";
import { ProjectCopy } from "./project-copy";

jest.setTimeout(TIMEOUT);

/** What `tofu version` says first; undefined where there is none on PATH. */
const TOFU = ["tofu"]
  .map((name) => {
    try {
      return execFileSync(name, ["version"], { encoding: "utf8" });
    } catch {
      return "";
    }
  })
  .map((text) => /^OpenTofu v\S+/.exec(text)?.[0])[0];

const suite = TOFU === undefined ? describe.skip : describe;

suite(TOFU ?? "OpenTofu is not installed", () => {
  test("plays a service's whole life with it", async () => {
    const copy = new ProjectCopy();
    try {
      const { code, stderr, stdout } = await copy.start([], {
        env: { NO_COLOR: "1", TERRAFORM_BINARY_NAME: "tofu" },
      }).ended;
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(stdout).toMatch(/^All held: (\d+) of \1 in/m);
      expect(copy.processes()).toEqual([]);
    } finally {
      copy.remove();
    }
  });

  describe("with what Terraform has deployed", () => {
    let world: Deployed;
    /** Has commands use OpenTofu, and it the same stand-in. */
    let tofu: NodeJS.ProcessEnv;
    const withTerraform = {};
    beforeAll(async () => {
      world = await startDeployed();
      const reattach = JSON.parse(
        world.env.TF_REATTACH_PROVIDERS ?? "",
      ) as object;
      tofu = {
        TERRAFORM_BINARY_NAME: "tofu",
        TF_REATTACH_PROVIDERS: JSON.stringify(
          Object.fromEntries(
            Object.entries(reattach).map(([address, one]) => [
              address.replace("registry.terraform.io", "registry.opentofu.org"),
              one as object,
            ]),
          ),
        ),
      };
      await world.deploy(withTerraform);
    });
    afterAll(() => world.close());

    const deploy = (env: NodeJS.ProcessEnv) =>
      world.run("deploy", ["comfyui", "--auto-approve", "--json"], env);

    test("goes on where that was: nothing is to change", async () => {
      const { code, stderr, stdout } = await deploy(tofu);
      expect(stderr).not.toMatch(/Error/);
      expect(JSON.parse(stdout)).toEqual({
        identity: "unchanged",
        comfyui: "unchanged",
      });
      expect(code).toBe(0);
    });

    test("applies a change, and reviews it before", async () => {
      const { code, stdout } = await world.run(
        "deploy",
        ["comfyui", "--auto-approve"],
        { ...tofu, ACCESS_ALLOWED_EMAILS: "bea@datacrew.space" },
      );
      expect(stdout).toMatch(/bea@datacrew\.space/);
      expect(stdout).toMatch(/^comfyui: deployed$/m);
      expect(code).toBe(0);
    });

    test("hands back to Terraform by the command that its failure names", async () => {
      const env = { ACCESS_ALLOWED_EMAILS: "bea@datacrew.space" };
      const { code, stderr } = await deploy(env);
      expect(code).toBe(1);
      const [, command = ""] =
        /What to do: OpenTofu wrote this state\..*: (terraform -chdir.*) \(docs/.exec(
          stderr,
        ) ?? [];
      const out = world.env.CDKTF_OUTPUT ?? "";
      execFileSync(
        "sh",
        [
          "-c",
          command
            .replace("cdktf.out/stacks/STACK", `${out}/stacks/comfyui`)
            .replace("replace-provider", "replace-provider -auto-approve"),
        ],
        { env: world.env },
      );
      const again = await deploy(env);
      expect(again.stderr).not.toMatch(/Error/);
      expect(JSON.parse(again.stdout)).toMatchObject({ comfyui: "unchanged" });
      expect(again.code).toBe(0);
    });

    test("destroys it", async () => {
      const all = ["comfyui", "identity", "--auto-approve"];
      const { code, stderr } = await world.run("destroy", all, tofu);
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    });
  });
});
