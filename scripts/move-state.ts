import { Option } from "commander";
import { STATE_KINDS, type StateKind } from "../state/remote-state";
import { command, main } from "./command";

export interface MoveStateOptions {
  from: StateKind;
  json?: boolean;
}

const cli = command(
  "move-state",
  "Moves every stack's state to the backend that ACCESS_STATE names",
)
  .addOption(
    new Option("--from <place>", "where the states are now")
      .choices([...STATE_KINDS])
      .default("local"),
  )
  .option("--json", "print the moves as JSON")
  .addHelpText(
    "after",
    `
Make sure that nobody deploys meanwhile. States that were moved are removed from
this machine; in a bucket, the old copies are kept. If it is interrupted, run it
again to continue.

Examples:
  ACCESS_STATE=s3 npm run move-state
  ACCESS_STATE=local npm run move-state -- --from s3`,
  )
  .action(async (...given: [MoveStateOptions]) =>
    (await import("./actions/move-state")).run(...given),
  );

void main(cli);
