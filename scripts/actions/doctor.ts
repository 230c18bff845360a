import { fitted } from "../../base/fitted";
import { printableJson } from "../../base/printable";
import { synthesize } from "../../deployment/stacks";
import { diagnose } from "../../doctor/diagnose";
import { examine, hasProblem } from "../../doctor/examine";
import { printFindings } from "../../doctor/print";
import { versions as versionsOf } from "../../doctor/versions";
import { internet, type Internet } from "../../probe/internet";
import { internetOptions } from "../../probe/locate";
import { UsageError } from "../../base/usage-error";
import { environmentWithFile } from "../../settings";
import { interruption } from "../command";
import type { DoctorOptions } from "../doctor";

export async function run(
  names: string[],
  options: DoctorOptions,
): Promise<void> {
  checkOptions(names, options);
  const outside = internet(internetOptions(environmentWithFile()));
  try {
    const findings = await look(names, options, outside);
    console.log(
      options.json
        ? printableJson(findings)
        : fitted(printFindings(findings), process.stdout.columns),
    );
    if (hasProblem(findings)) process.exitCode = 1;
  } finally {
    await outside.close();
  }
}

/** @throws UsageError with all that does not go together */
function checkOptions(
  names: readonly string[],
  { email, path, symptom, versions }: DoctorOptions,
): void {
  const faults = [
    versions === true &&
      (names.length > 0 || symptom !== undefined) &&
      "--versions is about no service: leave out names and --symptom",
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
  { email, path, symptom, versions }: DoctorOptions,
  outside: Internet,
) {
  const env = environmentWithFile();
  if (versions) return versionsOf({ env, outside });
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
