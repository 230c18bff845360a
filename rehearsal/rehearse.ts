import type { GoogleCloud } from "../local/google-apis/cloud";
import type { LocalCloudflare } from "../local/start";
import type { Check } from "../probe/check";
import { neighbourUnchanged } from "../probe/checks/inside-unchanged";
import { ownPage } from "../probe/checks/own-page";
import { openPaths } from "../probe/checks/open-paths";
import { readDeployed } from "../probe/deployed";
import { internet } from "../probe/internet";
import { CHECKS, probe, type Result } from "../probe/probe";
import type { Deployed, World } from "../probe/world";
import { differences, type Difference } from "./account-diff";
import { browser } from "./browser";
import { Cdktf } from "./cdktf";
import { cast, hasRecord } from "./cast";
import { inside, onThisMachine } from "./inside";
import { nothingIsKept, tokenIsKept } from "./kept-tokens";
import type { Line, Report } from "./report";
import type { RehearsedService } from "./service";
import type { Workspace } from "./workspace";

export interface RehearsalOptions {
  readonly service: RehearsedService;
  readonly cloudflare: LocalCloudflare;
  /** Where the stacks keep tokens, if they do. */
  readonly googleCloud?: GoogleCloud;
  readonly workspace: Workspace;
  readonly report: Report;
  /** Takes the time spent in cdktf and what it starts, in milliseconds. */
  readonly timing: { cdktf: number };
  /** Stop after the proof, with everything running. */
  readonly keep: boolean;
  readonly signal: AbortSignal;
  readonly onLine?: (line: string) => void;
}

/** Tells the story once: open, deployed, proven, destroyed, as before. */
export async function rehearse(options: RehearsalOptions): Promise<void> {
  const {
    cloudflare,
    googleCloud,
    keep,
    onLine,
    report,
    service: { name, own, stacks },
    signal,
    timing,
    workspace,
  } = options;
  const { account } = cloudflare;
  const all = stacks.join(" ");
  const before = account.snapshot();
  const cdktf = new Cdktf(workspace.env, { signal, onLine });
  const outside = internet({
    ca: cloudflare.edge.caPem,
    locate: async () => ({ address: "127.0.0.1", port: cloudflare.edge.port }),
  });
  try {
    await showOpen(options, outside);

    report.begin(`cdktf deploy ${all}`);
    await cdktf.deploy(...stacks);
    report.add({
      what: `cdktf deploy ${all}`,
      mark: "ok",
      seen: `${account.applications.size} applications, ${account.policies.size} policies`,
    });
    for (const stack of stacks) await noChange(stack, cdktf, report);

    report.begin("checking every promise from outside");
    const stack = { name, dir: workspace.stackDir(name) };
    const deployed = await readDeployed(stack, { env: workspace.env, signal });
    if (googleCloud) report.add(tokenIsKept(name, deployed.token, googleCloud));
    const { allowed, other } = cast(account);
    const world: World = {
      ...outside,
      ...(own ? onThisMachine : inside(cloudflare.network)),
      people: {
        allowed: browser(outside, allowed.email),
        other: browser(outside, other.email),
      },
    };
    const results = await probe(
      { ...deployed, localUrl: own?.url ?? deployed.localUrl },
      world,
      { checks: checksOf(deployed, own !== undefined), signal },
    );
    for (const result of results) report.add(line(result));
    if (own) report.add(NO_NEIGHBOURS);
    if (keep) return;

    report.begin(`cdktf destroy ${all}`);
    await cdktf.destroy(...stacks);
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

/** Before anything is deployed: what a stranger gets. */
async function showOpen(
  { cloudflare, report, service }: RehearsalOptions,
  outside: ReturnType<typeof internet>,
): Promise<void> {
  const { hostname: host, pageText } = service;
  const { status, text } = await outside.ask(`https://${host}/`);
  const open = status === 200 && text.includes(pageText);
  const published = hasRecord(cloudflare.account, host);
  report.add({
    what: published ? `Before: ${host} is public` : `Before: no ${host} yet`,
    mark: open === published ? "ok" : "failed",
    seen: open
      ? `200, ${pageText}'s page for anyone`
      : `${status}, not by ${pageText}`,
  });
}

function checksOf(deployed: Deployed, own: boolean): Check[] {
  return [
    ...CHECKS.filter((check) => !own || check !== neighbourUnchanged),
    ownPage,
    ...(deployed.openPaths?.length ? [openPaths] : []),
  ];
}

const NO_NEIGHBOURS: Line = {
  what: neighbourUnchanged.promise,
  mark: "skipped",
  seen: "not tried: Docker has no part here",
};

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

function line({ check, finding }: Result): Line {
  if (finding.status === "not checked")
    return {
      what: check.promise,
      mark: "skipped",
      seen: finding.why,
      detail: `Not tried: ${finding.why}`,
    };
  if (finding.status === "kept")
    return { what: check.promise, mark: "ok", seen: finding.seen };
  return {
    what: check.promise,
    mark: "failed",
    seen: finding.seen,
    detail: `Seen: ${finding.seen}\nCause: ${finding.cause}\nRemedy: ${finding.remedy}`,
  };
}
