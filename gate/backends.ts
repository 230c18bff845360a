import type { Stack } from "../deployment/stacks";
import { UsageError } from "../base/usage-error";
import { bucketBackend, fileBackend } from "../state/backend";
import type { RemoteState } from "../state/remote-state";
import { codeOf } from "./code";
import { sameBackend } from "./same-backend";

/**
 * Sees that stacks keep their states where the settings say: a state has the
 * secrets of all that the stack makes.
 *
 * @param remote the bucket of the settings. @default - files keep the states
 * @throws UsageError naming each stack whose state is to be elsewhere
 */
export function checkBackends(
  stacks: readonly Stack[],
  remote: RemoteState | undefined,
): void {
  const code = codeOf(stacks);
  const faults = stacks.flatMap(({ name }) => {
    const { arguments: values, type } = remote
      ? bucketBackend(remote, name)
      : fileBackend("");
    const { terraform } = code[name] as {
      readonly terraform?: Readonly<Record<string, unknown>>;
    };
    const isOwn =
      sameBackend(terraform?.["backend"], { [type]: values }) &&
      terraform?.["cloud"] === undefined;
    return isOwn
      ? []
      : [
          `${name}: its state, with the secrets of all that it makes, would not be kept where the settings say (${type}): leave the backend to the stack`,
        ];
  });
  if (faults.length > 0) throw new UsageError("Stacks", faults);
}
