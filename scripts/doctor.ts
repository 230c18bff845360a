import { InvalidArgumentError, Option } from "commander";
import { SYMPTOM_NAMES, type SymptomName } from "../doctor/symptoms/names";
import { command, main } from "./command";

export interface DoctorOptions {
  readonly json?: boolean;
  readonly symptom?: SymptomName;
  readonly email?: string;
  readonly path?: string;
  readonly versions?: boolean;
}

/** Takes `Blank page` for `blank-page`. */
function symptomNamed(text: string): string {
  const name = text.trim().toLowerCase().replaceAll(" ", "-");
  if ((SYMPTOM_NAMES as readonly string[]).includes(name)) return name;
  throw new InvalidArgumentError(
    `Allowed choices are ${SYMPTOM_NAMES.join(", ")}.`,
  );
}

const cli = command(
  "doctor",
  "Checks prerequisites and previews a deploy; with --symptom, diagnoses a failure. Changes nothing in the account.",
)
  .argument("[services...]", "names of stacks in main.ts (default: all)")
  .addOption(
    new Option("--symptom <symptom>", "diagnose what users of one service see")
      .choices([...SYMPTOM_NAMES])
      .argParser(symptomNamed),
  )
  .option(
    "--email <address>",
    "with --symptom denied: the person who is denied",
  )
  .option(
    "--path <path>",
    "with --symptom: where it is seen, for example /prompt",
  )
  .option(
    "--versions",
    "only print the versions in use, those tested, and their end-of-life dates",
  )
  .option("--json", "print the results as JSON")
  .addHelpText(
    "after",
    `
Exit codes: 0 no problem, 1 a problem, 2 unusable input.

Examples:
  npm run doctor -- comfyui
  npm run doctor -- comfyui --symptom denied --email ann@example.com
  npm run doctor -- comfyui --symptom 404 --path /api/prompt
  npm run doctor -- --versions`,
  )
  .action(async (...given: [string[], DoctorOptions]) =>
    (await import("./actions/doctor")).run(...given),
  );

void main(cli);
