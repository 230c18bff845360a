import { basename, join } from "node:path";
import { DESTROY_RUN } from "../base/destroy-run";
import { EXISTING_APPLICATION } from "../base/existing-application";
import { environmentWithFile, tellOverridden } from "../settings";
import {
  closeNote,
  markOf,
  readNote,
  writeNote,
  type ApplyNote,
} from "./apply-note";
import { noteLate } from "./late-note";
import { withoutMovedRoutes } from "./order-of-routes";
import { isAdoptable, ownObjects } from "./own";
import { inWords } from "./remains";

/** A program in a terminal, as far as cdktf-cli uses one. */
interface Terminal {
  readonly pid: number;
  readonly onData: (listener: (data: string) => void) => unknown;
  readonly onExit: (listener: (exit: Exit) => void) => unknown;
  write(data: string): void;
}

interface Exit {
  readonly exitCode: number;
  readonly signal?: number;
}

type Spawn = (
  file: string,
  args: string[],
  options: { readonly cwd?: string },
) => Terminal;

const CTRL_C = "\x03";

/** Says, past colours, that Terraform changes the account from here on. */
const CHANGES = /: (Creating|Modifying|Destroying)\.\.\./;

/**
 * Has cdktf-cli tell the truth of a run that was cut off. By itself it takes a
 * Terraform that a signal ended for one that did well, goes on with the next
 * stack after Ctrl-C, exits with 0, and takes Terraform with it when it is
 * killed.
 *
 * Here such a run fails; what was begun is noted in the state folder until it
 * has ended well; and Terraform goes on without its terminal, so that it saves
 * its state.
 */
export function watched(spawn: Spawn, stdin: Keys = process.stdin): Spawn {
  let interrupted = false;
  const cut = () => {
    if (interrupted) return;
    interrupted = true;
    process.once("exit", (code) => (process.exitCode = code || 130));
  };
  return (file, args, options) => {
    if (interrupted)
      throw new Error(`Interrupted: terraform ${args[0]} was not started.`);
    const command = COMMANDS[args[0] ?? ""];
    if (command === "destroy") withoutMovedRoutes({ dir: options.cwd ?? "." });
    const terminal =
      command && process.platform !== "win32"
        ? spawn(
            "sh",
            [
              "-c",
              ...script(command, basename(options.cwd ?? ".")),
              file,
              ...args,
            ],
            options,
          )
        : spawn(file, args, options);
    const isApproved = args.includes("-auto-approve");
    const run =
      command && begin(command, options.cwd ?? ".", terminal, isApproved);
    const question =
      run && !isApproved && command
        ? whileAsked(command, basename(options.cwd ?? "."), stdin)
        : undefined;
    return wrapped(terminal, {
      onWrite(data) {
        if (data === CTRL_C) cut();
        else if (/^yes\b/.test(data)) {
          run?.approve();
          question?.answered();
        }
      },
      onExit: ({ exitCode, signal }) => {
        question?.answered();
        const code = exitCode || (signal ? 128 + signal : 0);
        run?.end(code);
        return { exitCode: code };
      },
    });
  };
}

/** What is typed, as far as it is looked at. */
type Keys = Pick<NodeJS.ReadStream, "isTTY" | "off" | "on">;

/**
 * While cdktf asks, it reads Ctrl-C itself, takes its question away and waits
 * for a Terraform that still asks. Here it ends, and so does Terraform.
 */
function whileAsked(
  command: "deploy" | "destroy",
  stack: string,
  stdin: Keys,
): { answered(): void } {
  const look = (data: Buffer | string) => {
    if (!String(data).includes(CTRL_C)) return;
    // cdktf's screen keeps what goes to the console for its next picture.
    process.stderr.write(
      `\nInterrupted: the ${command} of ${stack} was not begun.\n`,
    );
    process.exit(130);
  };
  if (stdin.isTTY) stdin.on("data", look);
  return { answered: () => void stdin.off("data", look) };
}

const COMMANDS: Readonly<Record<string, "deploy" | "destroy">> = {
  apply: "deploy",
  destroy: "destroy",
};

/**
 * Terraform does not die with its terminal, as cdktf's death closes that. Before
 * a deploy, what exists is noted; one whose cdktf died meanwhile does not begin.
 */
function script(command: "deploy" | "destroy", stack: string): string[] {
  const start = `exec "$@"`;
  if (command === "destroy")
    return [`trap "" HUP; export ${DESTROY_RUN}=1; ${start}`, "sh"];
  const noting = `(cd "$1" && "$2" --require "$3" "$4" "$5" "$$" "$PPID") </dev/null >/dev/null 2>&1`;
  return [
    `trap "" HUP; ${noting}; kill -0 "$PPID" && shift 5 && ${start}`,
    "sh",
    process.cwd(),
    process.execPath,
    join(__dirname, "../typescript.js"),
    join(__dirname, "note-cdktf-run.ts"),
    stack,
  ];
}

/** A run whose note goes where it ends well, or before any change. */
interface Run {
  /** Told that Terraform's question was answered with a yes. */
  approve(): void;
  end(code: number): void;
}

/** Notes what begins. */
function begin(
  command: "deploy" | "destroy",
  dir: string,
  { onData, pid }: Terminal,
  isApproved: boolean,
): Run {
  const env = environment();
  const stack = basename(dir);
  const earlier = readNote(stack, env);
  // What a run that was cut off has left is still to be looked for.
  const open = earlier?.ended ? undefined : earlier;
  const created =
    command === "deploy" ? ownObjects({ dir }, []).filter(isAdoptable) : [];
  const noted = new Set(open?.creates.map((one) => JSON.stringify(one)));
  const note: ApplyNote = {
    ...(open ?? {
      by: "cdktf",
      began: new Date().toISOString(),
      existing: {},
      orphans: earlier?.orphans ?? [],
    }),
    stack,
    command,
    // Which of its objects it creates, only its plan knows.
    creates: [
      ...(open?.creates ?? []),
      ...created.filter((one) => !noted.has(JSON.stringify(one))),
    ],
    completed: false,
    ended: false,
    processes: [markOf(process.pid), markOf(pid)],
  };
  writeNote(note, env);
  let approved = isApproved;
  let changes = false;
  onData((data) => (changes ||= CHANGES.test(data)));
  if (command === "destroy") tellNothingKnown(dir, onData);
  // After Ctrl-C cdktf does not wait for Terraform.
  let isCut = true;
  let hasEnded = false;
  process.once("exit", () => {
    if (!isCut) return;
    // Terraform still asks, and without its terminal nobody answers.
    if (!approved && !changes && open === undefined)
      closeNote(note, note.orphans, env);
    else
      console.error(
        hasEnded && open && !changes
          ? `This ${command} of ${stack} has changed nothing; an earlier run is still open. ${inWords(open)}`
          : inWords(note),
      );
  });
  return {
    approve: () => void (approved = true),
    end(code) {
      hasEnded = true;
      isCut = code !== 0 && (changes || open !== undefined);
      // What the earlier one began is as it was.
      if (isCut && open && !changes) return writeNote(open, env);
      const now = readNote(stack, env) ?? note;
      if (code === 0 && open) writeNote({ ...now, completed: true }, env);
      else if (!isCut) {
        noteLate(now, env, true);
        closeNote(note, note.orphans, env);
      }
    },
  };
}

/** Terraform's own words for a state without objects. */
const NOTHING = "No objects need to be destroyed";

/**
 * Says at the end of a destroy without a state that what was taken over is not
 * given back: Terraform calls it complete.
 */
function tellNothingKnown(dir: string, onData: Terminal["onData"]): void {
  const takesOver = ownObjects({ dir }, []).some(
    ({ type }) => type === EXISTING_APPLICATION,
  );
  if (!takesOver) return;
  let isEmpty = false;
  onData((data) => (isEmpty ||= data.includes(NOTHING)));
  process.once("exit", () => {
    const stack = basename(dir);
    if (isEmpty)
      console.error(
        `${stack}: its state knows nothing, so this destroy has given nothing back. If that state was lost, the application and the tunnel's rule are as the last deploy left them. To see what is left, and what to do: npm run destroy -- ${stack}`,
      );
  });
}

/**
 * The environment with what `.env` adds, or as it is where that can't be read.
 * Tells what it overrides: cdktf shows nothing of what an app says that did well.
 */
export function environment(): NodeJS.ProcessEnv {
  try {
    const overridden = tellOverridden();
    if (overridden) console.error(overridden);
    return environmentWithFile();
  } catch {
    return process.env; // the app has said what is wrong with the file
  }
}

/** The same terminal with a word in what goes in and how it ends. */
function wrapped(
  terminal: Terminal,
  hooks: {
    onWrite(data: string): void;
    onExit(exit: Exit): Exit;
  },
): Terminal {
  let runs = true;
  const ended = new Promise<Exit>((end) =>
    terminal.onExit((exit) => {
      runs = false;
      end(hooks.onExit(exit));
    }),
  );
  return {
    pid: terminal.pid,
    onData: (listener) => terminal.onData(listener),
    onExit: (listener) => void ended.then(listener),
    write(data) {
      // cdktf stops what has ended, too.
      if (runs) hooks.onWrite(data);
      terminal.write(data);
    },
  };
}
