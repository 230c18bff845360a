import { Command, CommanderError, InvalidArgumentError } from "commander";
import pc from "picocolors";
import {
  disarmed,
  printableBelow,
  printableJsonLine,
  printableLines,
} from "../base/printable";
import { isAsking } from "./prompt";

/**
 * Reads the port of an option.
 *
 * @throws InvalidArgumentError, which commander prints with the option's name
 */
export function toPort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port < 65536) return port;
  throw new InvalidArgumentError("Expected a port number from 0 to 65535.");
}

/** Commander names the first argument that is missing; here all are named. */
class CommandLine extends Command {
  missingArgument(): void {
    const names = this.registeredArguments
      .filter(({ required }, at) => required && this.args[at] === undefined)
      .map((one) => `'${one.name()}'`);
    const what = names.length > 1 ? "arguments" : "argument";
    this.error(`error: missing required ${what} ${names.join(", ")}`, {
      code: "commander.missingArgument",
    });
  }
}

/**
 * A command line with what all commands share. What a command does is imported
 * when it does it: `--help` then takes a fraction of the time.
 */
export function command(
  name: string,
  description: string,
  { readsSettings = true } = {},
): Command {
  return (
    new CommandLine(`npm run ${name} --`)
      .description(description)
      .exitOverride()
      .hook("preAction", () => lookAfterEarlierRuns(readsSettings))
      .showHelpAfterError("Try --help.")
      // It quotes what was given, which in a workflow may be another's text.
      .configureOutput({
        writeOut: (text) => process.stdout.write(disarmed(text)),
        writeErr: (text) => process.stderr.write(disarmed(text)),
      })
      .configureHelp({ helpWidth: 80 })
  );
}

/** Removes what killed runs have left on this machine, and tells of those. */
async function lookAfterEarlierRuns(readsSettings: boolean): Promise<void> {
  const { removeCopies, unfinishedRuns } =
    await import("../deployment/remains");
  const { unsettled } = await import("../deployment/late-note");
  const { environmentWithFile, tellOverridden } = await import("../settings");
  let env: NodeJS.ProcessEnv;
  try {
    env = environmentWithFile();
    const overridden = readsSettings ? tellOverridden() : undefined;
    if (overridden) console.error(pc.yellow(overridden));
  } catch {
    return; // whoever needs the file says what is wrong with it
  }
  removeCopies(env);
  const warn = (line: string) => console.error(pc.yellow(line));
  unfinishedRuns(env).forEach(warn);
  if (!readsSettings || unsettled(env).length === 0) return;
  const { settleLate } = await import("../deployment/settle-late");
  await settleLate(env, warn);
}

/**
 * Runs a command and sets the exit code: 0 done, 1 failed, 2 unusable input,
 * 130 interrupted. Failures are one message each, without a stack trace; with
 * --json they are a document on standard output as well.
 */
export async function main(
  command: Command,
  args = process.argv.slice(2),
): Promise<void> {
  disarmConsole();
  outliveReaders();
  // Node ends with 0 where nothing is left to wait for, whatever is still due.
  const endedEarly = () => {
    process.exitCode = 1;
    console.error(
      "This command stopped before it was finished, which is a bug.",
    );
  };
  process.once("beforeExit", endedEarly);
  try {
    await command.parseAsync(args, { from: "user" });
    process.off("beforeExit", endedEarly);
  } catch (error) {
    process.off("beforeExit", endedEarly);
    const { code, isOurs, message, printed, remedy } = await failureOf(error);
    process.exitCode = code;
    if (code === 0) return;
    const { json } = command.opts<{ json?: boolean }>();
    // At a terminal the document below says all of it.
    const isTold = printed || (json && process.stdout.isTTY);
    if (!isTold)
      console.error((isOurs ? printableLines : printableBelow)(message));
    if (remedy && !(json && process.stdout.isTTY))
      console.error(`\n${pc.bold("What to do:")} ${remedy}`);
    if (json) console.log(printableJsonLine({ error: message, remedy }));
  }
}

/**
 * Whatever a command prints, nothing in it speaks for us: much of it is text of
 * an account, a plan or an answer.
 */
function disarmConsole(): void {
  for (const name of ["log", "error", "warn"] as const) {
    const print = console[name].bind(console);
    console[name] = (...parts: unknown[]) =>
      print(
        ...parts.map((part) =>
          typeof part === "string" ? disarmed(part) : part,
        ),
      );
  }
}

/** `npm run logs -- --help | head -1`: whoever read has gone, and nothing failed. */
function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr])
    if (!stream.listeners("error").includes(failedWriting))
      stream.on("error", failedWriting);
}

function failedWriting({ code }: NodeJS.ErrnoException): void {
  if (code !== "EPIPE") throw new Error(`writing failed: ${code}`);
}

const INTERRUPTS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * A signal that Ctrl-C and a polite kill abort. Further ones change nothing:
 * one Ctrl-C can arrive twice, from the terminal and from npm.
 */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  const interrupt = () => controller.abort(new Interrupted());
  for (const name of INTERRUPTS) process.on(name, interrupt);
  // Whoever read the output has gone: `npm start | head -1`, or a terminal
  // that was closed.
  for (const stream of [process.stdout, process.stderr])
    stream.on("error", interrupt);
  return controller.signal;
}

/** One Ctrl-C can arrive twice within this time, in milliseconds. */
const TWICE = 1000;

/**
 * As `interruption`, for commands in which Terraform changes something: it is
 * given time to end, unless Ctrl-C comes again.
 */
export function patientInterruption(): {
  readonly signal: AbortSignal;
  readonly hurry: AbortSignal;
} {
  const signal = interruption();
  const hurry = new AbortController();
  signal.addEventListener("abort", () => {
    if (isAsking()) return; // nothing is under way
    console.error(
      "Stopping: Terraform is finishing the current operation. Press Ctrl-C again to stop it immediately. Run the command again to continue.",
    );
    setTimeout(() => {
      for (const name of INTERRUPTS) process.on(name, () => hurry.abort());
    }, TWICE).unref();
  });
  return { signal, hurry: hurry.signal };
}

class Interrupted extends Error {}

/** How a command ended, for people and programs. */
interface Failure {
  readonly code: number;
  readonly message: string;
  readonly remedy?: string;
  /** Whether its lines are ours: in others, all but the first may be another's. */
  readonly isOurs?: boolean;
  /** Whether people have been told already. */
  readonly printed?: boolean;
}

async function failureOf(error: unknown): Promise<Failure> {
  if (error instanceof CommanderError)
    return {
      code: error.exitCode === 0 ? 0 : 2,
      message: error.message,
      printed: true,
      remedy:
        error.code === "commander.missingArgument"
          ? await stacksToName(error.message)
          : undefined,
    };
  if (error instanceof Interrupted || isAbort(error))
    return { code: 130, message: "Interrupted." };
  const { UsageError } = await import("../base/usage-error");
  const { TerraformError } = await import("../deployment/terraform");
  const { errorsIn, remedyFor } = await import("../deployment/remedies");
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof UsageError) return { code: 2, message, isOurs: true };
  if (error instanceof TerraformError)
    return {
      code: 1,
      message: errorsIn(error.output),
      remedy: remedyFor(error.output, error.binary)?.remedy,
    };
  return {
    code: 1,
    message: (await refusedCall(error)) ?? message,
    remedy: remedyFor(message)?.remedy,
  };
}

/** What could be written where no stack is named; undefined where there is no app to ask. */
async function stacksToName(message: string): Promise<string | undefined> {
  const [, kind] = /'(stack|service)s?'/.exec(message) ?? [];
  if (kind === undefined) return undefined;
  const { isService, synthesize } = await import("../deployment/stacks");
  const { environmentWithFile } = await import("../settings");
  try {
    const stacks = await synthesize({ env: environmentWithFile() });
    const names = [...stacks.values()]
      .filter((stack) => kind === "stack" || isService(stack))
      .map(({ name }) => name);
    return `Add the name of a ${kind} in main.ts: ${names.join(", ")}.`;
  } catch {
    return undefined; // what is wrong with the app is said once one is named
  }
}

/** An error of Cloudflare's client in words, with the call; undefined for others. */
async function refusedCall(error: unknown): Promise<string | undefined> {
  if (!(error instanceof Error) || !("errors" in error && "status" in error))
    return undefined;
  // Most commands end well, and many never need the client.
  const { answerOf, statusOf } = await import("../account/api-errors");
  const { whyRefused } = await import("../account/refusal");
  // What a token needs in all stands among the remedies.
  return statusOf(error) === 403 ? answerOf(error) : whyRefused(error, []);
}

function isAbort(error: unknown): boolean {
  return (
    error instanceof Error &&
    error.name === "AbortError" &&
    error.cause instanceof Interrupted
  );
}
