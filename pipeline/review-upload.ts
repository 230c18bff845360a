import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { checkApiToken } from "../account/api-token";
import { cloudflareClient } from "../account/client";
import type { Stack } from "../deployment/stacks";
import { checkTerraform, TerraformError } from "../deployment/terraform";
import { forbiddenIn } from "../gate/allowed";
import type { Code } from "../gate/code";
import { reviewedOf, writeReviewed } from "../gate/reviewed";
import { TUNNEL_PROVIDER } from "../providers/tunnel-route/package";
import { codeBlock } from "../review/markdown";
import { readChange } from "../review/read-change";
import { hasErrors, reviewOf } from "../review/review";
import { summaryOf } from "../review/rows";
import { toMarkdown } from "../review/to-markdown";
import { houseFindings } from "../rules/house-findings";
import { loadSettings, UsageError, type Settings } from "../settings";
import { bucketBackend, fileBackend } from "../state/backend";
import {
  installProvider,
  knownProviders,
  providerVersion,
} from "../terraform-plugin/mirror";
import { failureOf } from "./failure";
import { checkLastingState } from "./lasting-state";
import { planAll } from "./plan-all";
import { planOnly } from "./plan-only";
import type { StepOptions, StepReport } from "./step";
import { readUpload } from "./upload";

export interface ReviewUploadOptions extends StepOptions {
  /** What `synthesizeForReview` wrote, wherever it ran. */
  readonly folder: string;
  /** File that takes the review, for the deploy. @default - none does */
  readonly save?: string;
  /**
   * Whether all of it comes from this very checkout, so that Terraform may get
   * providers of which no hash is known.
   *
   * @default false
   */
  readonly own?: boolean;
}

/** A report with what fits into one line. */
export interface ReviewReport extends StepReport {
  readonly summary: string;
}

/**
 * Reviews what a pull request's code has synthesized, without running any of
 * that code: before Terraform sees it, it is held against what may be planned
 * beside a token. It changes nothing and needs to read only.
 *
 * What keeps it from a plan is reported, too: else an earlier review would go
 * on standing on the pull request.
 */
export async function reviewUpload(
  options: ReviewUploadOptions,
): Promise<ReviewReport> {
  const env = planOnly(options.env);
  try {
    return await review({ ...options, env });
  } catch (error) {
    const why =
      error instanceof UsageError
        ? error.message
        : error instanceof TerraformError
          ? failureOf(error)
          : undefined;
    if (why === undefined) throw error;
    return notPossible(why);
  }
}

/** What is reported where there is no review, and why. */
export function notPossible(why: string): ReviewReport {
  return {
    markdown: `## Access review: not possible\n\n${codeBlock(why)}`,
    summary: "not possible",
    failed: true,
  };
}

async function review(options: ReviewUploadOptions): Promise<ReviewReport> {
  const { env, save } = options;
  const settings = loadSettings(env);
  checkLastingState(env);
  const code = readUpload(options.folder);
  checkAllowed(code, settings, options);
  await checkTerraform(env);
  const { accountId } = settings;
  const client = cloudflareClient(env);
  await checkApiToken(client, accountId);
  const root = resolve(env.CDKTF_OUTPUT ?? "cdktf.out");
  mkdirSync(root, { recursive: true, mode: 0o700 });
  const folder = mkdtempSync(join(root, "uploaded-"));
  try {
    const stacks = layOut(code, settings, folder);
    const plans = await planAll(stacks, options);
    const change = await readChange(plans, client, accountId);
    const found = reviewOf(change, { further: houseFindings(change) });
    if (save !== undefined)
      writeReviewed(save, reviewedOf(found, code, accountId));
    return {
      markdown: toMarkdown(found),
      summary: summaryOf(found.matrix, found.findings),
      failed: hasErrors(found),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @throws UsageError naming all that must not be planned */
function checkAllowed(
  code: Code,
  settings: Settings,
  { env, own = false }: ReviewUploadOptions,
): void {
  const { accountId } = settings;
  const isKnown = (name: string, version: string) =>
    own ||
    // Terraform gets none of those that run already.
    attached(env).some((address) => address.endsWith(`/${name}`)) ||
    knownProviders().some(
      (one) =>
        one.address.endsWith(`/${name}`) &&
        one.version === version &&
        one.hashes.length > 0,
    );
  const faults = Object.entries(code).flatMap(([stack, one]) => {
    const { arguments: values, type } = backendOf(stack, settings);
    const backend = { [type]: values };
    return forbiddenIn(one, { accountId, backend, isKnown }).map(
      (fault) => `${stack}: ${fault}`,
    );
  });
  if (faults.length > 0)
    throw new UsageError(
      "Nothing was planned, as this must not run beside a token",
      faults,
    );
}

/** Addresses of the providers that Terraform is told to talk to. */
function attached({ TF_REATTACH_PROVIDERS: text }: NodeJS.ProcessEnv) {
  return text ? Object.keys(JSON.parse(text) as object) : [];
}

function backendOf(stack: string, { remoteState, stateDir }: Settings) {
  return remoteState
    ? bucketBackend(remoteState, stack)
    : fileBackend(join(stateDir, `${stack}.tfstate`));
}

/** Writes stacks to be planned, with the providers and the state that this machine has for them. */
function layOut(code: Code, settings: Settings, folder: string): Stack[] {
  const stacks = Object.entries(code).map(([name, one]) => {
    const dir = join(folder, "stacks", name);
    const { arguments: values, type } = backendOf(name, settings);
    const own = structuredClone(one) as {
      terraform: {
        backend: unknown;
        required_providers: Record<string, { version?: string }>;
      };
      provider?: { tunnel?: unknown };
    };
    own.terraform.backend = { [type]: values };
    const { tunnel } = own.terraform.required_providers;
    if (tunnel) tunnel.version = providerVersion(TUNNEL_PROVIDER);
    if (own.provider?.tunnel)
      own.provider.tunnel = [{ journal_dir: join(folder, "journal") }];
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    writeFileSync(join(dir, "cdk.tf.json"), JSON.stringify(own));
    return { name, dir, dependencies: [], warnings: [] };
  });
  installProvider({
    ...TUNNEL_PROVIDER,
    stackDirectories: stacks.map(({ dir }) => dir),
  });
  return stacks;
}
