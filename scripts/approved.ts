import { UsageError } from "../base/usage-error";
import { confirm } from "./prompt";

/** Where nobody can be asked it is a no, with the exit code of unusable input. */
export async function approved(
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<boolean> {
  if (process.stdin.isTTY && !env.CI) return confirm("Do this?", signal);
  const { message } = new UsageError("npm run adopt", [
    "nothing was done, as nobody can be asked without a terminal, or in CI: review the table above, then pass --yes",
  ]);
  console.error(message);
  process.exitCode = 2;
  return false;
}
