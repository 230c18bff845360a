import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { atLength } from "../at-length";

/** `script` of other systems takes other options. */
export const atTerminal = process.platform === "linux" ? test : test.skip;

export const atTerminalAtLength =
  process.platform === "linux" ? atLength : test.skip;

/** What has to be on the screen, and what is typed then. */
export type Answer = readonly [RegExp, string | (() => string)];

/**
 * Runs a command of `scripts/` at a terminal, and types each text once the
 * pattern before it is on the screen; what was matched is not matched again.
 */
export async function typed(
  command: string,
  env: NodeJS.ProcessEnv,
  ...answers: readonly Answer[]
): Promise<{ readonly code: number | null; readonly screen: string }> {
  const child = spawn(
    "script",
    ["-qec", `node --require ./typescript.js scripts/${command}`, "/dev/null"],
    { cwd: resolve(__dirname, "../.."), env, stdio: ["pipe", "pipe", "pipe"] },
  );
  let screen = "";
  let seen = 0;
  const left = [...answers];
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (data) => {
      screen += String(data);
      const [next] = left;
      const found = next?.[0].exec(screen.slice(seen));
      if (!next || !found) return;
      seen = screen.length;
      left.shift();
      const [, text] = next;
      child.stdin.write(typeof text === "string" ? text : text());
    });
  const code = await new Promise<number | null>((ended) =>
    child.once("close", ended),
  );
  return { code, screen: screen.replaceAll(CONTROLS, "") };
}

const CONTROLS = new RegExp(
  `${String.fromCharCode(27)}\\[[0-9;]*[A-Za-z]|\r`,
  "g",
);

export const CTRL_C = "\x03";
