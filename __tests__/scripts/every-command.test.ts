import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { atLength } from "../at-length";
import { runScript, TIMEOUT, type Outcome } from "../deployment/world";

jest.setTimeout(TIMEOUT);

const PROJECT = resolve(__dirname, "../..");

/** What package.json runs of `scripts/`, by npm's names for it. */
const { scripts } = JSON.parse(
  readFileSync(join(PROJECT, "package.json"), "utf8"),
) as { scripts: Record<string, string> };
const COMMANDS = Object.entries(scripts).flatMap(([name, line]) => {
  const script = / scripts\/([\w-]+)\.ts$/.exec(line)?.[1];
  return script ? [{ name, script }] : [];
});

/** Nothing is set, and nobody is at a terminal. */
const run = (script: string, args: string[], env: NodeJS.ProcessEnv = {}) =>
  runScript(script, args, {
    PATH: process.env.PATH,
    HOME: PROJECT,
    ACCESS_ENV_FILE: "",
    ...env,
  });

const ESCAPE = "\u001b";
const printed = ({ stderr, stdout }: Outcome) => stdout + stderr;

test("there are commands", () => {
  expect(COMMANDS.map(({ name }) => name)).toEqual(
    expect.arrayContaining(["start", "deploy", "doctor", "probe", "local"]),
  );
});

test.each(COMMANDS)(
  "$name --help has an example, without colours where nobody looks",
  async ({ name, script }) => {
    const outcome = await run(script, ["--help"]);
    expect(outcome).toMatchObject({ code: 0, stderr: "" });
    const line = name === "start" ? "npm start" : `npm run (--silent )?${name}`;
    expect(outcome.stdout).toMatch(new RegExp(`Examples?:\\n.*${line}`));
    expect(printed(outcome)).not.toContain(ESCAPE);
  },
);

const UNKNOWN =
  "$name says in one message that an option is unknown, and honours NO_COLOR";
async function saysUnknown({ script }: { script: string }): Promise<void> {
  const colours = { FORCE_COLOR: undefined, NO_COLOR: "1", TERM: "xterm" };
  const outcome = await run(script, ["--no-such-option"], colours);
  expect(outcome).toMatchObject({ code: 2, stdout: "" });
  expect(outcome.stderr).toMatch(/^error: unknown option '--no-such-option'/);
  expect(outcome.stderr).toMatch(/^Try --help\.$/m);
  expect(outcome.stderr).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m);
  expect(printed(outcome)).not.toContain(ESCAPE);
}
test.each(COMMANDS.slice(0, 3))(UNKNOWN, saysUnknown);
atLength.each(COMMANDS.slice(3))(UNKNOWN, saysUnknown);
