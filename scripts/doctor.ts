import { printableJson } from "../base/printable";
import { InvalidArgumentError, Option } from "commander";
import { synthesize } from "../deployment/stacks";
import { diagnose } from "../doctor/diagnose";
import { examine, hasProblem } from "../doctor/examine";
import { printFindings } from "../doctor/print";
import { SYMPTOMS, type SymptomName } from "../doctor/symptoms/symptoms";
import { internet, type Internet } from "../probe/internet";
import { internetOptions } from "../probe/locate";
import { environmentWithFile, UsageError } from "../settings";
import { command, interruption, main } from "./command";

interface Options {
  readonly json?: boolean;
  readonly symptom?: SymptomName;
  readonly email?: string;
  readonly path?: string;
}

const NAMES = Object.keys(SYMPTOMS);

/** Takes `Blank page` for `blank-page`. */
function symptomNamed(text: string): string {
  const name = text.trim().toLowerCase().replaceAll(" ", "-");
  if (NAMES.includes(name)) return name;
  throw new InvalidArgumentError(`Allowed choices are ${NAMES.join(", ")}.`);
}

const cli = command(
  "doctor",
  "Checks prerequisites and previews a deploy; with --symptom, diagnoses a failure. Changes nothing in the account.",
)
  .argument("[services...]", "names of stacks in main.ts (default: all)")
  .addOption(
    new Option("--symptom <symptom>", "diagnose what users of one service see")
      .choices(NAMES)
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
  .option("--json", "print the results as JSON")
  .addHelpText(
    "after",
    `
Exit codes: 0 no problem, 1 a problem, 2 unusable input.

Examples:
  npm run doctor -- comfyui
  npm run doctor -- comfyui --symptom denied --email ann@example.com
  npm run doctor -- comfyui --symptom 404 --path /api/prompt`,
  )
  .action(async (names: string[], options: Options) => {
    checkOptions(names, options);
    const outside = internet(internetOptions(environmentWithFile()));
    try {
      const findings = await look(names, options, outside);
      console.log(
        options.json ? printableJson(findings) : printFindings(findings),
      );
      if (hasProblem(findings)) process.exitCode = 1;
    } finally {
      await outside.close();
    }
  });

/** @throws UsageError with all that does not go together */
function checkOptions(
  names: readonly string[],
  { email, path, symptom }: Options,
): void {
  const faults = [
    symptom !== undefined &&
      names.length !== 1 &&
      "--symptom needs exactly one service",
    email !== undefined &&
      symptom !== "denied" &&
      "--email only works with --symptom denied",
    email !== undefined &&
      !/^[^\s@]+@[^\s@]+$/.test(email) &&
      `--email must be an address such as "ann@example.com", got "${email}"`,
    path !== undefined &&
      symptom === undefined &&
      "--path says where a symptom is seen: give --symptom with it",
    path !== undefined &&
      !path.startsWith("/") &&
      `--path is a path such as "/prompt", got "${path}"`,
  ].filter((fault) => typeof fault === "string");
  if (faults.length > 0) throw new UsageError("npm run doctor", faults);
}

function look(
  names: readonly string[],
  { email, path, symptom }: Options,
  outside: Internet,
) {
  const env = environmentWithFile();
  const signal = interruption();
  const shared = {
    env,
    outside,
    synthesize: () => synthesize({ env, signal }),
  };
  const [name] = names;
  if (symptom === undefined || name === undefined)
    return examine({ ...shared, names });
  return diagnose({
    ...shared,
    name,
    symptom,
    email,
    path,
    host: { ask: askHere },
  });
}

async function askHere(url: string) {
  const answer = await fetch(url, {
    redirect: "manual",
    signal: AbortSignal.timeout(10_000),
  });
  const { headers, status } = answer;
  return { headers, status, text: await answer.text() };
}

void main(cli);
