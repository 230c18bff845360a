import { run } from "../deployment/world";
import { start, type Ended } from "./command";
import type { Stage } from "./stage";

type Command = readonly [string, ...string[]];

/** More than any failure needs. */
const MOST = 4;

/**
 * Runs a command until it succeeds. Between two runs it does what the failed one
 * says is to be done, each remedy once.
 *
 * @param stack what a person writes where a remedy says SERVICE
 * @param others ids of what is not ours: nobody says of it that it is
 * @returns all runs, remedies included; the last one is the command's own
 */
export async function runWithRemedies(
  stage: Stage,
  command: Command,
  stack: string,
  env: NodeJS.ProcessEnv,
  others: ReadonlySet<string>,
): Promise<readonly [Ended, ...Ended[]]> {
  const followed = new Set<string>();
  const isOpen = (remedy: string) =>
    !followed.has(remedy) && ![...others].some((id) => remedy.includes(id));
  const ended: [Ended, ...Ended[]] = [await start(command, env).ended];
  let last = ended[0];
  let args = command;
  while (last.code !== 0 && ended.length < 2 * MOST) {
    const remedy = remediesIn(last.text).find(isOpen);
    if (remedy === undefined) return ended;
    followed.add(remedy);
    if (remedy === FORCE) args = [...args, "--force"];
    else if (remedy !== AGAIN) {
      const { code, stdout, text } = await follow(remedy, stage, stack, env);
      const told = `$ ${remedy}\nexit ${code}\n${text}`;
      ended.push({ code, stdout, text: told });
    }
    last = await start(args, env).ended;
    ended.push(last);
  }
  return ended;
}

const AGAIN = "run again";
const FORCE = "--force";

/** The remedies in a command's output, those that name something to do first. */
function remediesIn(text: string): string[] {
  const commands = [
    ...text.matchAll(
      /gcloud storage rm gs:\S+|(?:(?: && )?terraform -chdir=\S+(?: [\w-]+)+)+|npm run (?:adopt|deploy|destroy) -- [\w -]*\w/g,
    ),
  ].map(([command]) => command.trim());
  return [
    ...commands,
    ...(/Pass --force/.test(text) ? [FORCE] : []),
    ...(/\b(run|deploy|plan|command)\b[^.]* again\b/i.test(text)
      ? [AGAIN]
      : []),
  ];
}

async function follow(
  remedy: string,
  stage: Stage,
  stack: string,
  env: NodeJS.ProcessEnv,
): Promise<Ended> {
  const [, object] =
    /^gcloud storage rm gs:\/\/[^/]+\/(\S+)/.exec(remedy) ?? [];
  if (object !== undefined) {
    await stage.unlock(object);
    return { code: 0, stdout: "", text: "" };
  }
  const [, name, args = ""] = /^npm run (\w+) -- (.*)/.exec(remedy) ?? [];
  if (name !== undefined)
    return start(
      [
        name,
        ...args.replace(/\b(SERVICE|STACK)\b/, stack).split(/ +/),
        "--auto-approve",
      ],
      env,
    ).ended;
  // Nobody is there to answer "yes".
  const line = remedy
    .replaceAll(
      /-chdir=\S+\/(\w+)/g,
      (_, stack: string) => `-chdir=${stage.workspace.stackDir(stack)}`,
    )
    .replaceAll("force-unlock", "force-unlock -force");
  const { code, stderr, stdout } = await run("sh", ["-c", line], env);
  return { code, stdout, text: stdout + stderr };
}
