import { command, main } from "./command";

export interface ReviewOptions {
  readonly all?: boolean;
  readonly html?: string;
  readonly json?: boolean;
  readonly markdown?: boolean;
  /** False with `--no-new-access`. */
  readonly newAccess?: boolean;
  readonly plan?: readonly string[];
  readonly save?: string;
}

const cli = command(
  "review",
  "Shows who gains and loses access to what, before a deploy",
)
  .argument("[stacks...]", "names of stacks in main.ts (default: all)")
  .option("--all", "also show what does not change")
  .option(
    "--plan <files...>",
    'read plans printed by "terraform show -json" instead of planning',
  )
  .option("--markdown", "print Markdown, as for a pull request")
  .option("--json", "print it as JSON")
  .option("--no-new-access", "only check whether anyone gains access")
  .option("--html <file>", "also write the review as an HTML page")
  .option(
    "--save <file>",
    'also save the review to a file, for "npm run deploy -- --reviewed"',
  )
  .addHelpText(
    "after",
    `
Plans every stack and reads the account; nothing is changed, and an API token
with read permissions is enough. Plan files hold secrets: they are deleted.

Exit codes: 0 no errors, 1 something becomes public, or a promise or house rule
is broken, 2 unusable input. With --no-new-access: 0 there is none, 1 there is,
2 unusable input, 3 can't be decided.

Examples:
  npm run review
  npm run review -- comfyui --all --html review.html
  npm run review -- --no-new-access
  npm run review -- comfyui --save reviewed.json
  npm run review -- --plan comfyui.json --markdown`,
  )
  .action(async (...given: [string[], ReviewOptions]) =>
    (await import("./actions/review")).run(...given),
  );

void main(cli);
