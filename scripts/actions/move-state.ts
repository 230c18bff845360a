import { printableJsonLine } from "../../base/printable";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { moveState, type Moved } from "../../deployment/move-state";
import { synthesize } from "../../deployment/stacks";
import { checkTerraform } from "../../deployment/terraform";
import { readRemoteState } from "../../state/remote-state";
import { UsageError } from "../../base/usage-error";
import {
  environmentWithFile,
  loadSettings,
  type Settings,
} from "../../settings";
import { bucketBackend, fileBackend, type Backend } from "../../state/backend";
import { movedNote, stateFile } from "../../state/state-files";
import { patientInterruption } from "../command";
import type { MoveStateOptions } from "../move-state";

export async function run({ from, json }: MoveStateOptions): Promise<void> {
  const env = environmentWithFile();
  const { hurry, signal } = patientInterruption();
  const settings = loadSettings(env);
  const to = settings.remoteState?.kind ?? "local";
  const source = readRemoteState(env, from);
  const faults = [
    ...source.faults,
    ...(from === to
      ? [
          `ACCESS_STATE is already ${to}, the same as --from ${from}: set ACCESS_STATE to the new backend`,
        ]
      : []),
  ];
  if (faults.length > 0) throw new UsageError("npm run move-state", faults);
  await checkTerraform(env);
  mkdirSync(settings.stateDir, { recursive: true, mode: 0o700 });
  const outcomes: Record<string, Moved> = {};
  // Half moved the stacks would not synthesize, but for a review.
  const stacks = await synthesize({
    env: { ...env, ACCESS_PLAN_ONLY: "1" },
    signal,
  });
  for (const stack of stacks.values()) {
    const { name } = stack;
    const place = (remote: Settings["remoteState"]): Backend =>
      remote
        ? bucketBackend(remote, name)
        : fileBackend(stateFile(settings.stateDir, name));
    const [was, is] = [place(source.state), place(settings.remoteState)];
    const folder = settings.stateDir;
    const options = { env, hurry, signal, folder };
    const outcome = await moveState(stack, was, is, options);
    outcomes[name] = outcome;
    settle(settings, name, is, outcome);
    if (!json) console.log(`${name}: ${inWords(outcome, was, is)}`);
  }
  if (json) console.log(printableJsonLine(outcomes));
}

/** Leaves no second state on this machine, and a note of where the first one is. */
function settle(
  { remoteState, stateDir }: Settings,
  stack: string,
  { description }: Backend,
  outcome: Moved,
): void {
  const note = movedNote(stateDir, stack);
  if (!remoteState) {
    rmSync(note, { force: true });
    return;
  }
  if (outcome === "nothing to move") return;
  const file = stateFile(stateDir, stack);
  if (existsSync(file)) writeFileSync(note, `${description}\n`);
  for (const path of [file, `${file}.backup`]) rmSync(path, { force: true });
}

function inWords(outcome: Moved, was: Backend, is: Backend): string {
  if (outcome === "nothing to move")
    return `nothing to move in ${was.description}`;
  const left =
    was.type === "local"
      ? ""
      : `; delete ${was.description}, which contains secrets, when you no longer need the old copy`;
  return outcome === "moved"
    ? `moved to ${is.description}${left}`
    : `in ${is.description} already${left}`;
}
