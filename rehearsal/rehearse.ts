import type { GoogleCloud } from "../local/google-apis/cloud";
import type { LocalCloudflare } from "../local/start";
import { readDeployed } from "../probe/deployed";
import { internet } from "../probe/internet";
import { probe, type Result } from "../probe/probe";
import type { World } from "../probe/world";
import { differences, type Difference } from "./account-diff";
import { browser } from "./browser";
import { Cdktf } from "./cdktf";
import { cast, hasRecord, serviceHost } from "./cast";
import { inside } from "./inside";
import { nothingIsKept, tokenIsKept } from "./kept-tokens";
import type { Line, Report } from "./report";
import type { Workspace } from "./workspace";

export interface RehearsalOptions {
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

const SERVICE = "comfyui";
const STACKS = ["identity", SERVICE];

/** Tells the story once: open, deployed, proven, destroyed, as before. */
export async function rehearse(options: RehearsalOptions): Promise<void> {
  const {
    cloudflare,
    googleCloud,
    keep,
    onLine,
    report,
    signal,
    timing,
    workspace,
  } = options;
  const { account } = cloudflare;
  const before = account.snapshot();
  const cdktf = new Cdktf(workspace.env, { signal, onLine });
  const outside = internet({
    ca: cloudflare.edge.caPem,
    locate: async () => ({ address: "127.0.0.1", port: cloudflare.edge.port }),
  });
  try {
    await showOpen(options, outside);

    report.begin(`cdktf deploy ${STACKS.join(" ")}`);
    await cdktf.deploy(...STACKS);
    report.add({
      what: `cdktf deploy ${STACKS.join(" ")}`,
      mark: "ok",
      seen: `${account.applications.size} applications, ${account.policies.size} policies`,
    });
    for (const stack of STACKS) await noChange(stack, cdktf, report);

    report.begin("checking every promise from outside");
    const stack = { name: SERVICE, dir: workspace.stackDir(SERVICE) };
    const deployed = await readDeployed(stack, { env: workspace.env, signal });
    if (googleCloud)
      report.add(tokenIsKept(SERVICE, deployed.token, googleCloud));
    const { allowed, other } = cast(account);
    const world: World = {
      ...outside,
      ...inside(cloudflare.network),
      people: {
        allowed: browser(outside, allowed.email),
        other: browser(outside, other.email),
      },
    };
    for (const result of await probe(deployed, world, { signal }))
      report.add(line(result));
    if (keep) return;

    report.begin(`cdktf destroy ${STACKS.join(" ")}`);
    await cdktf.destroy(...STACKS);
    report.add({
      what: `cdktf destroy ${STACKS.join(" ")}`,
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
  { cloudflare, report }: RehearsalOptions,
  outside: ReturnType<typeof internet>,
): Promise<void> {
  const host = serviceHost(cloudflare.account);
  const { status, text } = await outside.ask(`https://${host}/`);
  const open = status === 200 && text.includes("ComfyUI");
  const published = hasRecord(cloudflare.account, host);
  report.add({
    what: published ? `Before: ${host} is public` : `Before: no ${host} yet`,
    mark: open === published ? "ok" : "failed",
    seen: open ? "200, ComfyUI's page for anyone" : `${status}`,
  });
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

function line({ check, finding }: Result): Line {
  if (finding.status === "not checked")
    return { what: check.promise, mark: "skipped", seen: finding.why };
  if (finding.status === "kept")
    return { what: check.promise, mark: "ok", seen: finding.seen };
  return {
    what: check.promise,
    mark: "failed",
    seen: finding.seen,
    detail: `Seen: ${finding.seen}\nCause: ${finding.cause}\nRemedy: ${finding.remedy}`,
  };
}
