import { TIME_SPANS } from "../base/duration";
import { command, main } from "./command";

export interface RevokeOptions {
  autoApprove?: boolean;
  json?: boolean;
  person?: string;
  wait: string;
  session?: string;
}

const cli = command(
  "revoke",
  "Ends sessions now, everyone's at a service or one person's everywhere, and verifies that they ended",
)
  .argument("<service>", "name of a stack in main.ts")
  .option(
    "--person <email>",
    "only this person's sessions, at every application",
  )
  .option(
    "--session <file>",
    "a CF_Authorization cookie to try before and after; - reads standard input",
  )
  .option(
    "--wait <time>",
    `how long to wait for the sessions to end (${TIME_SPANS})`,
    "60s",
  )
  .option("--auto-approve", "end them without asking")
  .option("--json", "print the result as JSON")
  .addHelpText(
    "after",
    `
First remove whoever loses access from main.ts or the settings, and deploy:
anyone a policy still allows can log in again. Service tokens and WARP are not
touched.
Exit codes: 0 ended and verified, 1 failed or not verified, 2 unusable input.

Examples:
  npm run revoke -- comfyui
  npm run revoke -- comfyui --person ann@example.com --auto-approve`,
  )
  .action(async (...given: [string, RevokeOptions]) =>
    (await import("./actions/revoke")).run(...given),
  );

void main(cli);
