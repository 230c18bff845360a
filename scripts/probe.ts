import { command, main } from "./command";
import { timeOption } from "./times";

export interface ProbeOptions {
  readonly json?: boolean;
  readonly junit?: string;
  readonly local?: boolean;
  readonly wait: number;
}

const cli = command(
  "probe",
  "Verifies from outside that a service is protected as configured",
)
  .argument("<services...>", "names of stacks in main.ts")
  .addOption(
    timeOption("--wait <time>", "how long to retry a failing check", "60s"),
  )
  .option("--local", "also check localhost; run this on the service's machine")
  .option("--json", "print the results as JSON")
  .option("--junit <file>", "also write the results as JUnit XML")
  .addHelpText(
    "after",
    `
What can't be checked from here is "not checked", with the reason. With
CLOUDFLARE_API_TOKEN and CLOUDFLARE_ACCOUNT_ID the account is read as well.

Exit codes: 0 none broken, 1 one broken, 2 unusable input, or a token's secret
is missing.

Example:
  npm run probe -- comfyui n8n --wait 2m --junit probe.xml`,
  )
  .action(async (...given: [string[], ProbeOptions]) =>
    (await import("./actions/probe")).run(...given),
  );

void main(cli);
