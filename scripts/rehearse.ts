import { InvalidArgumentError, Option } from "commander";
import pc from "picocolors";
import { checkTerraform } from "../deployment/terraform";
import { readAccount } from "../rehearsal/account";
import { CdktfError } from "../rehearsal/cdktf";
import { invitation, invitationText } from "../rehearsal/invitation";
import { readOwnOrigin } from "../rehearsal/own-origin";
import { rehearse } from "../rehearsal/rehearse";
import { Report } from "../rehearsal/report";
import { ownService, standInService } from "../rehearsal/service";
import { setStage } from "../rehearsal/stage";
import { handedOn } from "../rehearsal/workspace";
import { PRESETS } from "../services/presets";
import { command, interruption, main, toPort } from "./command";

interface Options {
  account: string;
  apiPort: number;
  edgePort: number;
  json?: boolean;
  keep?: boolean;
  origin?: string;
  provider: "auto" | "real" | "stand-in";
  store?: "google";
  verbose?: boolean;
}

const rehearsal = command(
  "start",
  "Rehearses a service's whole life on a local Cloudflare: deploy, verify, destroy, compare. Needs no account and touches none.",
)
  .option(
    "--account <name>",
    "guide, empty, or the path to an account file",
    "guide",
  )
  .option(
    "--origin <service=address>",
    "your own running service instead of the stand-in: comfyui=http://127.0.0.1:8188. This machine only; it is read, not changed",
    once,
  )
  .option("--keep", "stop after the checks and leave everything running")
  .addOption(
    new Option(
      "--provider <which>",
      "Cloudflare's Terraform provider: the real one or the stand-in",
    )
      .choices(["auto", "real", "stand-in"])
      .default("auto"),
  )
  .addOption(
    new Option(
      "--store <place>",
      "where the stack stores its service token",
    ).choices(["google"]),
  )
  .option(
    "--api-port <port>",
    "port of the local API; 0 picks a free one",
    toPort,
    0,
  )
  .option(
    "--edge-port <port>",
    "port of the local edge; 0 picks a free one",
    toPort,
    0,
  )
  .option("--json", "print the report as JSON")
  .option("--verbose", "show cdktf's output")
  .addHelpText(
    "after",
    `
Examples:
  npm start -- --account empty --keep
  npm start -- --origin n8n=http://127.0.0.1:5678 --keep`,
  )
  .action(async (options: Options) => {
    const signal = interruption();
    const started = performance.now();
    await checkTerraform(handedOn());
    const account = readAccount(options.account);
    const report = new Report(options.json);
    const service = options.origin
      ? await ownService(
          await readOwnOrigin(options.origin),
          account,
          { names: Object.keys(PRESETS), app: presetApp },
          signal,
        )
      : standInService(account);
    const stage = await setStage({ ...options, account, service });
    try {
      const { cloudflare, providerDescription } = stage;
      report.say(
        `Rehearsal on a local Cloudflare, account ${options.account}, ${cloudflare.viaCaddy ? "through" : "without"} Caddy`,
      );
      report.say(providerDescription);
      if (service.own)
        report.say(
          `Service ${service.name}: your own at ${service.own.url}, by ${service.app ? "the preset" : "main.ts"}`,
        );
      const timing = { cdktf: 0 };
      await rehearse({
        ...stage,
        report,
        timing,
        keep: options.keep === true,
        signal,
        onLine: options.verbose ? (line) => console.error(line) : undefined,
      }).catch((error: unknown) => {
        if (!(error instanceof CdktfError)) throw error;
        report.add({
          what: `cdktf ${error.command}`,
          mark: "failed",
          seen: "it failed",
          detail: error.output,
        });
      });
      const seconds = {
        all: (performance.now() - started) / 1000,
        cdktf: timing.cdktf / 1000,
      };
      conclude(report, seconds);
      if (options.json)
        console.log(
          JSON.stringify({
            held: !report.failed,
            lines: report.lines,
            seconds,
            ...(options.keep && { invitation: invitation(stage) }),
          }),
        );
      else if (options.keep) console.log(invitationText(invitation(stage)));
      if (report.failed) process.exitCode = 1;
      if (options.keep) await aborted(signal);
    } finally {
      await stage.close();
    }
  });

/** One origin is one service's life: a second would be lost in silence. */
function once(text: string, before: string | undefined): string {
  if (before === undefined) return text;
  throw new InvalidArgumentError("One at a time: run it again for another.");
}

const presetApp = (name: string) =>
  `node --import tsx scripts/preset-app.ts ${name}`;

function conclude(
  report: Report,
  seconds: { readonly all: number; readonly cdktf: number },
): void {
  const held = report.lines.filter(({ mark }) => mark === "ok").length;
  report.say(
    `${report.failed ? "NOT all held" : pc.bold("All held")}: ${held} of ${report.lines.length} in ${seconds.all.toFixed(1)} s, ${seconds.cdktf.toFixed(1)} s of them in cdktf`,
  );
  report.details();
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve());
  });
}

void main(rehearsal);
