import { resolve } from "node:path";
import { run } from "../deployment/processes";
import type { RehearsalOptions } from "./rehearse";
import type { Line } from "./report";

const PROJECT = resolve(__dirname, "..");

/** Runs `npm run adopt` for the stacks, as their owner would before a deploy. */
export async function adopt(
  stacks: readonly string[],
  { onLine, otherNames, report, signal, workspace }: RehearsalOptions,
): Promise<Line> {
  const what = `adopt ${stacks.join(" ")}`;
  report.begin(what);
  const env = { ...workspace.env, CI: undefined };
  const { code, output } = await run(
    process.execPath,
    ["--require", "./typescript.js", "scripts/adopt.ts", ...stacks, "--yes"],
    { cwd: PROJECT, env, onLine, signal },
  );
  return {
    what,
    mark: code === 0 ? "ok" : "failed",
    seen: code === 0 ? "done" : "something is in the way, or to be written",
    detail: [
      output.trim(),
      ...(code === 0 || otherNames === undefined ? [] : [otherNames]),
    ].join("\n\n"),
  };
}
