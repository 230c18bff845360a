import { printableJsonLine, printableLines } from "../../base/printable";
import pc from "picocolors";
import { checkTerraform } from "../../deployment/terraform";
import type { Account } from "../../local/account";
import { isOwnAccount } from "../../local/account-file";
import { readAccount } from "../../rehearsal/account";
import { CdktfError } from "../../rehearsal/cdktf";
import { invitation, invitationText } from "../../rehearsal/invitation";
import { tellOtherNames } from "../../rehearsal/other-names";
import { readOwnOrigin } from "../../rehearsal/own-origin";
import { failureLine, rehearse } from "../../rehearsal/rehearse";
import { Report, type Mark } from "../../rehearsal/report";
import {
  ownService,
  servicesOfMain,
  standInService,
  type RehearsedService,
} from "../../rehearsal/service";
import { setStage } from "../../rehearsal/stage";
import { handedOn } from "../../rehearsal/workspace";
import { PRESETS } from "../../services/presets";
import { interruption } from "../command";
import type { RehearseOptions } from "../rehearse";

export async function run(options: RehearseOptions): Promise<void> {
  const signal = interruption();
  const started = performance.now();
  await checkTerraform(handedOn());
  const account = readAccount(options.account);
  const report = new Report(options.json);
  const copied = !isOwnAccount(options.account);
  const services = await servicesOf(options, account, signal);
  const [service] = services;
  const { namedOtherwise = [] } = service;
  const otherNames =
    namedOtherwise.length > 0
      ? tellOtherNames(namedOtherwise, options.account)
      : undefined;
  if (otherNames !== undefined) console.error(printableLines(otherNames));
  const stage = await setStage({ ...options, account, services });
  try {
    const { cloudflare, providerDescription } = stage;
    report.say(
      `Rehearsal on a local Cloudflare, account ${options.account}, ${way(cloudflare.viaCaddy, service)}`,
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
      copied,
      otherNames,
      signal,
      onLine: options.verbose ? (line) => console.error(line) : undefined,
    }).catch((error: unknown) => {
      if (!(error instanceof CdktfError)) throw error;
      report.add(failureLine(error));
    });
    const seconds = {
      all: (performance.now() - started) / 1000,
      cdktf: timing.cdktf / 1000,
    };
    conclude(report, seconds);
    if (options.json)
      console.log(
        printableJsonLine({
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
}

/** What is rehearsed: all of main.ts on a file of one's own, else ComfyUI. */
async function servicesOf(
  options: RehearseOptions,
  account: Account,
  signal: AbortSignal,
): Promise<[RehearsedService, ...RehearsedService[]]> {
  if (options.origin)
    return [
      await ownService(
        await readOwnOrigin(options.origin),
        account,
        { names: Object.keys(PRESETS), app: presetApp },
        signal,
      ),
    ];
  return isOwnAccount(options.account)
    ? [standInService(account)]
    : servicesOfMain(account, signal);
}

const presetApp = (name: string, label: string) =>
  `node --require ./typescript.js scripts/preset-app.ts ${name} ${label}`;

function way(caddyRuns: boolean, { straightTo }: RehearsedService): string {
  if (straightTo !== undefined) return `straight to ${straightTo}`;
  return caddyRuns ? "through Caddy" : "without Caddy";
}

function conclude(
  report: Report,
  seconds: { readonly all: number; readonly cdktf: number },
): void {
  const count = (mark: Mark) =>
    report.lines.filter((line) => line.mark === mark).length;
  const [held, skipped] = [count("ok"), count("skipped")];
  report.say(
    `${report.failed ? "NOT all held" : pc.bold("All held")}: ${held} of ${report.lines.length - skipped}${skipped > 0 ? `, ${skipped} not tried,` : ""} in ${seconds.all.toFixed(1)} s, ${seconds.cdktf.toFixed(1)} s of them in cdktf`,
  );
  report.details();
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve());
  });
}
