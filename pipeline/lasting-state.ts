import { UsageError } from "../base/usage-error";
import { loadSettings } from "../settings";

/**
 * Refuses a run in a workflow whose state would go with its runner: the next
 * one would make everything a second time.
 *
 * @throws UsageError
 */
export function checkLastingState(env: NodeJS.ProcessEnv): void {
  if (env.GITHUB_ACTIONS !== "true") return;
  const { remoteState } = loadSettings(env);
  if (remoteState !== undefined || env.ACCESS_STATE_DIR) return;
  throw new UsageError("State", [
    "the state would be lost with this runner: keep it in a bucket (ACCESS_STATE, docs/state.md), or set ACCESS_STATE_DIR to a folder on a self-hosted runner",
  ]);
}
