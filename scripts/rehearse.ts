import { InvalidArgumentError, Option } from "commander";
import pc from "picocolors";
import { checkTerraform } from "../deployment/terraform";
import { loadAccount } from "../local/account-file";
import { startLocalCloudflare, type LocalCloudflare } from "../local/start";
import { cast, hasRecord, serviceHost } from "../rehearsal/cast";
import { CdktfError, type Cdktf } from "../rehearsal/cdktf";
import { chooseProvider } from "../rehearsal/provider";
import { rehearse } from "../rehearsal/rehearse";
import { Report } from "../rehearsal/report";
import { createWorkspace, type Workspace } from "../rehearsal/workspace";
import { command, interruption, main } from "./command";

interface Options {
  account: string;
  apiPort: number;
  edgePort: number;
  json?: boolean;
  keep?: boolean;
  provider: "auto" | "real" | "stand-in";
  verbose?: boolean;
}

const rehearsal = command(
  "start",
  "Rehearses the whole life of a service on a local Cloudflare: open, deployed, proven, destroyed, as before. Needs no account and touches none.",
)
  .option(
    "--account <name>",
    "guide, empty, or the path of an account file",
    "guide",
  )
  .option("--keep", "stop after the proof and leave everything running")
  .addOption(
    new Option("--provider <which>", "Terraform's provider for Cloudflare")
      .choices(["auto", "real", "stand-in"])
      .default("auto"),
  )
  .option("--api-port <port>", "port of the local API", port, 0)
  .option("--edge-port <port>", "port of the local edge", port, 0)
  .option("--json", "print the report as JSON")
  .option("--verbose", "show what cdktf prints")
  .addHelpText("after", "\nExample:\n  npm start -- --account empty --keep")
  .action(async (options: Options) => {
    const signal = interruption();
    const started = performance.now();
    await checkTerraform(process.env);
    const report = new Report(options.json);
    const account = loadAccount(options.account);
    const parts = cast(account);
    const cloudflare = await startLocalCloudflare({
      account,
      apiPort: options.apiPort,
      edgePort: options.edgePort,
    });
    const provider = await chooseProvider(options.provider, {
      CLOUDFLARE_API_TOKEN: parts.apiToken,
      CLOUDFLARE_BASE_URL: cloudflare.apiUrl,
    });
    const workspace = createWorkspace({
      ...parts,
      ...provider,
      accountId: account.id,
      apiUrl: cloudflare.apiUrl,
      edge: cloudflare.edge,
      allowedEmails: [parts.allowed.email],
      dnsRecords: hasRecord(account, serviceHost(account))
        ? "existing"
        : "create",
    });
    try {
      report.say(
        `Rehearsal on a local Cloudflare, account ${options.account}, ${cloudflare.viaCaddy ? "through" : "without"} Caddy`,
      );
      report.say(provider.description);
      const cdktf = await rehearse({
        cloudflare,
        workspace,
        report,
        keep: options.keep === true,
        signal,
        onLine: options.verbose ? (line) => console.log(line) : undefined,
      });
      if (options.keep) await keep(cloudflare, workspace, signal);
      conclude(report, cdktf, performance.now() - started, options.json);
    } catch (error) {
      if (!(error instanceof CdktfError)) throw error;
      report.add({
        what: `cdktf ${error.command}`,
        mark: "failed",
        seen: "it failed",
        detail: error.output,
      });
      report.details();
    } finally {
      await provider.close();
      await cloudflare.close();
      workspace.remove();
    }
    if (report.failed) process.exitCode = 1;
  });

/** Says what to open and how to take part, until Ctrl-C. */
async function keep(
  cloudflare: LocalCloudflare,
  workspace: Workspace,
  signal: AbortSignal,
): Promise<void> {
  const { account } = cloudflare;
  const { allowed, other } = cast(account);
  console.log(`
Open https://${serviceHost(account)} in a browser started so:
  chromium ${cloudflare.chromiumFlags().join(" ")} --user-data-dir="$(mktemp -d)"
Log in as ${allowed.email} (gets in) or ${other.email} (does not).

Take part from another shell, in this folder:
  . ${workspace.envFile}
  npx cdktf diff comfyui
  npx cdktf deploy identity comfyui
  npx cdktf destroy comfyui

Ctrl-C ends it.`);
  await new Promise((resolve) =>
    signal.addEventListener("abort", resolve, { once: true }),
  );
}

function conclude(
  report: Report,
  cdktf: Cdktf,
  wall: number,
  json = false,
): void {
  report.details();
  const held = report.lines.filter(({ mark }) => mark === "ok").length;
  const seconds = (ms: number) => (ms / 1000).toFixed(1);
  if (json)
    console.log(
      JSON.stringify({
        held: !report.failed,
        lines: report.lines,
        seconds: { all: wall / 1000, cdktf: cdktf.spent / 1000 },
      }),
    );
  report.say(
    `${report.failed ? "NOT all held" : pc.bold("All held")}: ${held} of ${report.lines.length} in ${seconds(wall)} s, ${seconds(cdktf.spent)} s of them in cdktf`,
  );
}

function port(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 0 || number > 65535)
    throw new InvalidArgumentError("a port is a number from 0 to 65535");
  return number;
}

void main(rehearsal);
