import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { checkApiToken } from "../../account/api-token";
import { cloudflareClient } from "../../account/client";
import { synthesize, withDependencies } from "../../deployment/stacks";
import { checkTerraform } from "../../deployment/terraform";
import { checkBackends } from "../../gate/backends";
import { checkFolders } from "../../gate/folders";
import { codeOf, type Code } from "../../gate/code";
import { reviewedOf, writeReviewed } from "../../gate/reviewed";
import { planAll } from "../../gate/plan-all";
import { planOnly } from "../../deployment/plan-only";
import type { Plan } from "../../review/change";
import { newAccess } from "../../review/new-access";
import { readPlan } from "../../review/plan";
import { readChange } from "../../review/read-change";
import { hasErrors, type Review } from "../../review/review";
import { toHtml } from "../../review/to-html";
import { toJson } from "../../review/to-json";
import { toMarkdown } from "../../review/to-markdown";
import { toTable } from "../../review/to-table";
import { houseReview } from "../../rules/house-review";
import { UsageError } from "../../base/usage-error";
import { environmentWithFile, loadSettings } from "../../settings";
import { accountToRead } from "../account-to-read";
import { interruption } from "../command";
import { tellLeftStacks, tellWarnings } from "../tell-warnings";
import type { ReviewOptions } from "../review";

export async function run(
  names: string[],
  options: ReviewOptions,
): Promise<void> {
  for (const name of ["html", "save"] as const)
    if (options[name] !== undefined) checkFolder(`--${name}`, options[name]);
  if (options.save !== undefined && options.plan !== undefined)
    throw new UsageError("--save", [
      "with --plan it is not known what code the plans were made of: leave --plan out",
    ]);
  const env = environmentWithFile();
  const accountId = accountToRead(env);
  const client = cloudflareClient(env);
  const { code, plans } =
    options.plan === undefined
      ? await planStacks(names, env)
      : { code: {}, plans: readFiles(names, options.plan) };
  await checkApiToken(client, accountId);
  const change = await readChange(plans, client, accountId);
  const review = houseReview(change, env);
  if (options.html !== undefined)
    writeFileSync(options.html, toHtml(review, options.all), { mode: 0o600 });
  if (options.save !== undefined)
    writeReviewed(options.save, reviewedOf(review, code, accountId));
  console.log(print(review, options));
  if (options.newAccess === false) process.exitCode = answered(review, options);
  else if (hasErrors(review)) process.exitCode = 1;
}

/** Says whether there is new access; the exit code for it. */
function answered(review: Review, { json }: ReviewOptions): number {
  const { answer, gained, undecided } = newAccess(review);
  if (!json)
    console.log(
      answer === "no"
        ? "New access: no, for every request."
        : answer === "yes"
          ? `New access: yes, in ${gained.length} case${gained.length === 1 ? "" : "s"} (see above).`
          : [
              "New access: undecided:",
              ...undecided.map((one) => `  ${one}`),
            ].join("\n"),
    );
  return { no: 0, yes: 1, undecided: 3 }[answer];
}

function print(review: Review, { all, json, markdown }: ReviewOptions): string {
  if (json) return toJson(review, all);
  if (markdown) return toMarkdown(review, all);
  return toTable(review, { all, width: process.stdout.columns });
}

async function planStacks(
  names: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<{ code: Code; plans: Plan[] }> {
  const env = planOnly(environment);
  const signal = interruption();
  const settings = loadSettings(env);
  await checkTerraform(env);
  const all = await synthesize({ env, signal });
  const wanted = names.length > 0 ? names : [...all.keys()];
  const stacks = withDependencies(all, wanted);
  checkFolders(stacks);
  checkBackends(stacks, settings.remoteState);
  const say = (line: string) => console.error(line);
  tellWarnings(stacks, say);
  tellLeftStacks(settings, all, say);
  const plans = await planAll(stacks, {
    env,
    signal,
    say,
  });
  return { code: codeOf(stacks), plans };
}

/** Plans by the names of their files, without the ending. */
function readFiles(names: readonly string[], files: readonly string[]): Plan[] {
  const faults = names.map(
    (name) => `"${name}" is a stack, but --plan takes only files`,
  );
  const missing = files.filter((file) => !existsSync(file));
  faults.push(...missing.map((file) => `file not found: ${file}`));
  if (faults.length > 0) throw new UsageError("--plan", faults);
  return files.map((file) =>
    readPlan(basename(file).replace(/\.json$/, ""), readFileSync(file, "utf8")),
  );
}

/** Files come last: that they have a place is better known first. */
function checkFolder(option: string, file: string): void {
  const folder = dirname(resolve(file));
  if (!existsSync(folder))
    throw new UsageError(option, [
      `the folder ${folder} does not exist: create it, or name another file`,
    ]);
}
