import { Command, CommanderError } from "commander";
import pc from "picocolors";
import { errorsIn, remedyFor } from "../deployment/remedies";
import { TerraformError } from "../deployment/terraform";
import { UsageError } from "../settings";

/** A command line with what all commands share. */
export function command(name: string, description: string): Command {
  return new Command(`npm run ${name} --`)
    .description(description)
    .exitOverride()
    .showHelpAfterError("Try --help.")
    .configureHelp({ helpWidth: 80 });
}

/**
 * Runs a command and sets the exit code: 0 done, 1 failed, 2 unusable input,
 * 130 interrupted. Failures are one message each, without a stack trace.
 */
export async function main(
  command: Command,
  args = process.argv.slice(2),
): Promise<void> {
  try {
    await command.parseAsync(args, { from: "user" });
  } catch (error) {
    process.exitCode = report(error);
  }
}

/**
 * A signal that Ctrl-C and a polite kill abort. Further ones change nothing:
 * one Ctrl-C can arrive twice, from the terminal and from npm.
 */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(name, () => controller.abort(new Interrupted()));
  return controller.signal;
}

class Interrupted extends Error {}

function report(error: unknown): number {
  // commander has printed its message itself.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof Interrupted || isAbort(error)) {
    console.error("Interrupted.");
    return 130;
  }
  if (error instanceof UsageError) {
    console.error(error.message);
    return 2;
  }
  if (error instanceof TerraformError) {
    console.error(errorsIn(error.output));
    const remedy = remedyFor(error.output)?.remedy;
    if (remedy) console.error(`\n${pc.bold("What to do:")} ${remedy}`);
    return 1;
  }
  console.error(error instanceof Error ? error.message : String(error));
  return 1;
}

function isAbort(error: unknown): boolean {
  return (
    error instanceof Error &&
    error.name === "AbortError" &&
    error.cause instanceof Interrupted
  );
}
