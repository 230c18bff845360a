import { command, main } from "../../scripts/command";

/** A command that waits for what never comes, with nothing left to do. */
void main(
  command("ends-early", "Never finishes").action(() => new Promise(() => {})),
  [],
);
