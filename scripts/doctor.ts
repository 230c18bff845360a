import { synthesize } from "../deployment/stacks";
import { examine, hasProblem } from "../doctor/examine";
import { printFindings } from "../doctor/print";
import { internet } from "../probe/internet";
import { internetOptions } from "../probe/locate";
import { environmentWithFile } from "../settings";
import { command, interruption, main } from "./command";

const cli = command(
  "doctor",
  "Looks before a deploy whether all is there that it needs, and says what it will do. Changes nothing in the account.",
)
  .argument("[services...]", "names of stacks in main.ts; none: all of them")
  .option("--json", "print the findings as JSON")
  .addHelpText(
    "after",
    `
Exit codes: 0 no problem, 1 a problem, 2 unusable input.

Example:
  npm run doctor -- comfyui`,
  )
  .action(async (names: string[], options: { json?: boolean }) => {
    const env = environmentWithFile();
    const signal = interruption();
    const outside = internet(internetOptions(env));
    try {
      const findings = await examine({
        env,
        names,
        synthesize: () => synthesize({ env, signal }),
        outside,
      });
      console.log(
        options.json
          ? JSON.stringify(findings, null, 2)
          : printFindings(findings),
      );
      if (hasProblem(findings)) process.exitCode = 1;
    } finally {
      await outside.close();
    }
  });

void main(cli);
