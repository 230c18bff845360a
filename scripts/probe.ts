import { InvalidArgumentError } from "commander";
import pc from "picocolors";
import { readDeployed } from "../deployment/deployed";
import { synthesize, withDependencies } from "../deployment/stacks";
import { internet } from "../probe/internet";
import { internetOptions } from "../probe/locate";
import { probe, type Result } from "../probe/probe";
import { environmentWithFile } from "../settings";
import { command, interruption, main } from "./command";

const cli = command(
  "probe",
  "Tries from outside whether what was promised about a deployed service holds.",
)
  .argument("<services...>", "names of stacks in main.ts")
  .option(
    "--wait <seconds>",
    "try a broken promise again for so long",
    seconds,
    60,
  )
  .option("--local", "run on the machine of the service: try localhost too")
  .option("--json", "print the findings as JSON")
  .addHelpText(
    "after",
    `
Exit codes: 0 all kept, 1 one broken, 2 unusable input.

Example:
  npm run probe -- comfyui --wait 120`,
  )
  .action(
    async (
      names: string[],
      options: { json?: boolean; local?: boolean; wait: number },
    ) => {
      const env = environmentWithFile();
      const signal = interruption();
      const stacks = await synthesize({ env, signal });
      withDependencies(stacks, names);
      const outside = internet(internetOptions(env));
      const ask = async (url: string) => {
        const answer = await fetch(url, { redirect: "manual", signal });
        const { headers, status } = answer;
        return { headers, status, text: await answer.text() };
      };
      const all: Record<string, Result[]> = {};
      for (const name of names) {
        const stack = stacks.get(name);
        if (!stack) continue;
        const deployed = await readDeployed(stack, { env, signal });
        all[name] = await probe(
          deployed,
          { ...outside, ...(options.local && { host: { ask } }) },
          { patience: options.wait * 1000, signal },
        );
      }
      await outside.close();
      if (options.json) console.log(JSON.stringify(asJson(all), null, 2));
      else
        for (const [name, results] of Object.entries(all)) print(name, results);
      if (
        Object.values(all)
          .flat()
          .some(({ finding }) => finding.status === "broken")
      )
        process.exitCode = 1;
    },
  );

function asJson(all: Record<string, Result[]>) {
  return Object.fromEntries(
    Object.entries(all).map(([name, results]) => [
      name,
      results.map(({ check, finding }) => ({
        id: check.id,
        promise: check.promise,
        ...finding,
      })),
    ]),
  );
}

function print(name: string, results: readonly Result[]): void {
  console.log(pc.bold(name));
  for (const { check, finding } of results) {
    if (finding.status === "not checked")
      console.log(
        `  ${pc.yellow("not checked")}  ${check.promise}: ${finding.why}`,
      );
    else if (finding.status === "kept")
      console.log(
        `  ${pc.green("kept")}         ${check.promise}: ${finding.seen}`,
      );
    else
      console.log(
        `  ${pc.red("BROKEN")}       ${check.promise}: ${finding.seen}\n` +
          `               cause: ${finding.cause}\n` +
          `               remedy: ${finding.remedy}`,
      );
  }
}

function seconds(text: string): number {
  const number = Number(text);
  if (!Number.isFinite(number) || number < 0)
    throw new InvalidArgumentError("give a number of seconds");
  return number;
}

void main(cli);
