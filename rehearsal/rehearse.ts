import { decide } from "../access/decide";
import { remedyFor } from "../deployment/remedies";
import { accessAccount } from "../local/access-account";
import type { GoogleCloud } from "../local/google-apis/cloud";
import type { LocalCloudflare } from "../local/start";
import { internet } from "../probe/internet";
import { differences, type Difference } from "./account-diff";
import { adopt } from "./adopt";
import { hasRecord } from "./cast";
import { Cdktf, CdktfError } from "./cdktf";
import { nothingIsKept } from "./kept-tokens";
import { prove } from "./prove";
import type { Line, Report } from "./report";
import type { RehearsedService } from "./service";
import type { Workspace } from "./workspace";

export interface RehearsalOptions {
  readonly services: readonly RehearsedService[];
  readonly cloudflare: LocalCloudflare;
  /** Where the stacks keep tokens, if they do. */
  readonly googleCloud?: GoogleCloud;
  readonly workspace: Workspace;
  readonly report: Report;
  /** Takes the time spent in cdktf and what it starts, in milliseconds. */
  readonly timing: { cdktf: number };
  /** Stop after the proof, with everything running. */
  readonly keep: boolean;
  /**
   * The account is from a file, so it may be a copy of a real one: `adopt` comes
   * before the deploy, and the destroy is tried whatever became of that.
   */
  readonly copied: boolean;
  /** What to do where the copy has other names for people than main.ts. */
  readonly otherNames?: string;
  readonly signal: AbortSignal;
  readonly onLine?: (line: string) => void;
}

/** Tells the story once: open, deployed, proven, destroyed, as before. */
export async function rehearse(options: RehearsalOptions): Promise<void> {
  const { cloudflare, googleCloud, keep, report, services, timing, workspace } =
    options;
  const { account } = cloudflare;
  const stacks = services[0]?.stacks ?? [];
  const all = stacks.join(" ");
  const before = account.snapshot();
  const cdktf = new Cdktf(workspace.env, options);
  const outside = internet({
    ca: cloudflare.edge.caPem,
    locate: async () => ({ address: "127.0.0.1", port: cloudflare.edge.port }),
  });
  try {
    for (const service of services) await showOpen(options, service, outside);
    if (options.copied) report.add(await adopt(stacks, options));

    report.begin(`cdktf deploy ${all}`);
    const failure = await cdktf.deploy(...stacks).then(
      () => undefined,
      (error: unknown) => error,
    );
    if (failure instanceof CdktfError && options.copied)
      report.add(failureLine(failure));
    else if (failure !== undefined) throw failure;
    else {
      report.add({
        what: `cdktf deploy ${all}`,
        mark: "ok",
        seen: `${account.applications.size} applications, ${account.policies.size} policies`,
      });
      for (const stack of stacks) await noChange(stack, cdktf, report);
      for (const service of services) await prove(service, outside, options);
    }
    if (keep) return;

    report.begin(`cdktf destroy ${all}`);
    await cdktf.destroy();
    report.add({
      what: `cdktf destroy ${all}`,
      mark: "ok",
      seen: "done",
    });
    compare(before, account.snapshot(), report);
    if (googleCloud) report.add(nothingIsKept(googleCloud));
  } finally {
    timing.cdktf = cdktf.spent;
    await outside.close();
  }
}

/** A command of cdktf that failed, as a line of the report. */
export function failureLine({ command, output }: CdktfError): Line {
  const remedy = remedyFor(output)?.remedy;
  return {
    what: `cdktf ${command}`,
    mark: "failed",
    seen: "it failed",
    detail:
      remedy === undefined ? output : `${output}\n\nWhat to do: ${remedy}`,
  };
}

/** Before anything is deployed: what a stranger gets. */
async function showOpen(
  { cloudflare, copied, report }: RehearsalOptions,
  { hostname: host, pageText, standIn }: RehearsedService,
  outside: ReturnType<typeof internet>,
): Promise<void> {
  const { account } = cloudflare;
  const { status, text } = await outside.ask(`https://${host}/`);
  const open = status === 200 && text.includes(pageText);
  const published = hasRecord(account, host);
  const asked = !passesAnyone(account, host);
  // Where a tunnel by hand leads to, nothing here may be.
  const known = !copied && standIn !== undefined;
  report.add({
    what: !published
      ? `Before: no ${host} yet`
      : asked
        ? `Before: ${host} is protected`
        : `Before: ${host} is public`,
    mark: known && open !== (published && !asked) ? "failed" : "ok",
    seen: open
      ? `200, ${pageText}'s page for anyone`
      : `${status}, not by ${pageText}`,
  });
}

/** Whether Access lets a stranger in. */
function passesAnyone(
  account: LocalCloudflare["account"],
  host: string,
): boolean {
  const nobody = { identity: null, serviceToken: null };
  const { outcome } = decide(accessAccount(account), {
    host,
    path: "/",
    ...nobody,
  });
  return outcome === "pass";
}

/** A second plan must find nothing to do. */
async function noChange(
  stack: string,
  cdktf: Cdktf,
  report: Report,
): Promise<void> {
  report.begin(`cdktf diff ${stack}`);
  const output = await cdktf.diff(stack);
  const clean = /No changes\./.test(output);
  report.add({
    what: `cdktf diff ${stack}`,
    mark: clean ? "ok" : "failed",
    seen: clean ? "no changes" : "changes",
    detail: clean ? undefined : output,
  });
}

function compare(before: unknown, after: unknown, report: Report): void {
  const found = differences(before, after);
  report.add({
    what: "After: the account is as before",
    mark: found.length === 0 ? "ok" : "failed",
    seen: found.length === 0 ? "no difference" : `${found.length} differences`,
    detail: found.length === 0 ? undefined : found.map(describe).join("\n"),
  });
}

function describe({ after, before, path }: Difference): string {
  const text = (value: unknown) =>
    value === undefined ? "nothing" : JSON.stringify(value);
  return `${path}: ${text(before)} -> ${text(after)}`;
}
