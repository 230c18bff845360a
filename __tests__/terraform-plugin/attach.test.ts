import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { attach, reattachProviders } from "../../terraform-plugin/attach";
import { sample } from "./sample/provider";
import { ADDRESS, openWorkspace, Workspace } from "./workspace";

test("keeps the configurations of parallel processes and of aliases apart", async () => {
  const attached = await attach(sample, ADDRESS);
  const workspaces = ["one", "two", "three", "four"].map((prefix) => {
    const directory = mkdtempSync(join(tmpdir(), "plugin-test-"));
    const workspace = new Workspace(directory);
    workspace.env["TF_REATTACH_PROVIDERS"] = reattachProviders([attached]);
    mkdirSync(join(directory, "aliased"));
    const things = Array.from({ length: 8 }, (_, i) => `thing${i}`);
    workspace.write({
      provider: {
        sample: [
          { directory: workspace.things, prefix },
          {
            alias: "other",
            directory: join(directory, "aliased"),
            prefix: `${prefix}-other-`,
          },
        ],
      },
      resource: {
        sample_thing: {
          plain: {
            for_each: `\${toset(${JSON.stringify(things)})}`,
            name: "${each.key}",
          },
          aliased: { provider: "sample.other", name: "x" },
        },
      },
    });
    return { workspace, prefix, things };
  });

  await Promise.all(workspaces.map(({ workspace }) => workspace.init()));
  const applied = await Promise.all(
    workspaces.map(({ workspace }) => workspace.apply()),
  );

  expect(applied.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
  for (const { workspace, prefix, things } of workspaces) {
    expect(readdirSync(workspace.things)).toEqual(
      things.map((name) => `${prefix}${name}.json`),
    );
    expect(readdirSync(join(workspace.directory, "aliased"))).toEqual([
      `${prefix}-other-x.json`,
    ]);
    workspace.remove();
  }
  await attached.close();
});

test("is left running by Terraform, and is gone after close", async () => {
  const workspace = await openWorkspace("attached");
  workspace.writeThing({ name: "it" });
  expect((await workspace.plan()).code).toBe(2);
  expect((await workspace.plan()).code).toBe(2);

  const reattach = JSON.parse(workspace.env["TF_REATTACH_PROVIDERS"] ?? "") as {
    [ADDRESS]: { Addr: { String: string } };
  };
  const port = Number(reattach[ADDRESS].Addr.String.split(":")[1]);
  await workspace.close();

  const [error] = await once(connect(port, "127.0.0.1"), "error");
  expect(error).toMatchObject({ code: "ECONNREFUSED" });
});
