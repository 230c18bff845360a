import { join, resolve } from "node:path";
import type { Stack } from "../deployment/stacks";
import { UsageError } from "../base/usage-error";
import { loadSettings } from "../settings";
import { elsewhereFault } from "../state/state-files";
import { allStacks } from "./all-stacks";
import { checkUpload } from "./check-upload";
import { layOut } from "./lay-out";
import type { StepOptions } from "./step";
import { readUpload } from "./upload";

/** A step that works on what is deployed, or will be. */
export interface GivenStacksOptions extends StepOptions {
  /**
   * Folder with what `synthesizeAsData` wrote. A workflow has to give it: the
   * code of stacks can read all that its job has.
   *
   * @default - main.ts is synthesized here
   */
  readonly synthesized?: string;
}

/**
 * Every stack, those first that others depend on.
 *
 * @throws UsageError where what was synthesized must not run beside a token
 */
export async function givenStacks({
  synthesized,
  ...options
}: GivenStacksOptions): Promise<Stack[]> {
  const { env } = options;
  if (synthesized === undefined) {
    if (env.GITHUB_ACTIONS === "true")
      throw new UsageError("npm run ci", [
        'a workflow runs no code of stacks beside a token: let a job without any secret run "npm run ci -- synthesize --out FOLDER", and give it with --synthesized FOLDER (docs/github.md)',
      ]);
    return allStacks(options);
  }
  const settings = loadSettings(env);
  const upload = readUpload(synthesized);
  checkUpload(upload.code, settings, env);
  const { remoteState, stateDir } = settings;
  const elsewhere = Object.keys(upload.code).flatMap(
    (stack) => elsewhereFault(stateDir, stack, remoteState) ?? [],
  );
  if (elsewhere.length > 0) throw new UsageError("State", elsewhere);
  return layOut(upload, settings, {
    env,
    folder: resolve(env.CDKTF_OUTPUT ?? "cdktf.out"),
    journal: join(stateDir, "journal"),
  });
}
