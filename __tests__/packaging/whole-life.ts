import { join } from "node:path";
import { run } from "../../deployment/processes";
import type * as Local from "../../local";
import { differences } from "../../rehearsal/account-diff";
import type { Project } from "./project";

const TOKEN = "rehearsal-only-cloudflare-deploy-token-00001";

export const TERRAFORM = { CHECKPOINT_DISABLE: "1", TF_IN_AUTOMATION: "1" };

/**
 * Synthesizes, deploys, plans and destroys the example of docs/package.md with
 * a CLI of cdktf, against the local Cloudflare of the installed package.
 */
export async function wholeLife(
  project: Project,
  cli: string,
  env: NodeJS.ProcessEnv = {},
): Promise<void> {
  const local = jest.requireActual<typeof Local>(
    join(project.installed, "local"),
  );
  const account = local.loadAccount("guide");
  const cloudflare = await local.startLocalCloudflare({
    account,
    caddy: false,
  });
  const environment = {
    CLOUDFLARE_API_TOKEN: TOKEN,
    CLOUDFLARE_BASE_URL: cloudflare.apiUrl,
  };
  const provider = await local.startProviderStandIn({ environment });
  const before = account.snapshot();
  project.write("terraform.rc", "");
  project.write(
    "cdktf.json",
    JSON.stringify({
      language: "typescript",
      app: "node --import tsx main.ts",
      projectId: "theirs",
      sendCrashReports: "false",
    }),
  );
  const cdktf = (...args: string[]) =>
    run(cli, args, {
      cwd: project.folder,
      env: {
        PATH: process.env.PATH,
        HOME: project.folder,
        NO_COLOR: "1",
        ...environment,
        ...TERRAFORM,
        CI: "1",
        CDKTF_DISABLE_PLUGIN_CACHE_ENV: "1",
        TF_CLI_CONFIG_FILE: join(project.folder, "terraform.rc"),
        TF_REATTACH_PROVIDERS: JSON.stringify(provider.reattach),
        ...env,
      },
    });
  try {
    expect(await cdktf("synth")).toMatchObject({ code: 0 });
    expect(await cdktf("deploy", "wiki", "--auto-approve")).toMatchObject({
      code: 0,
    });
    expect(
      [...account.applications.values()].map(({ domain }) => domain),
    ).toContain("wiki.datacrew.space");
    const diff = await cdktf("diff", "wiki");
    expect(diff.output).toContain("No changes");
    expect(await cdktf("destroy", "wiki", "--auto-approve")).toMatchObject({
      code: 0,
    });
    expect(differences(before, account.snapshot())).toEqual([]);
  } finally {
    await provider.close();
    await cloudflare.close();
  }
}
