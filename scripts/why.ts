import { command, main } from "./command";

export interface WhyOptions {
  readonly json?: boolean;
}

const cli = command(
  "why",
  "Explains what happens to one request: every record, application, policy and rule that decides it",
)
  .argument(
    "<who>",
    "an e-mail address, the name of a service token, or nobody",
  )
  .argument("<url>", "for example https://comfyui.example.com/prompt")
  .option("--json", "print it as JSON")
  .addHelpText(
    "after",
    `
Reads the account as it is deployed and changes nothing; an API token with read
permissions is enough. No request is made. The path is used exactly as given,
encoding included.

Exit codes: 0 the request reaches the service, 1 it does not, 2 unusable input,
3 can't be decided from here.

Examples:
  npm run why -- ann@example.com https://comfyui.example.com/prompt
  npm run why -- comfyui-api https://comfyui.example.com/queue
  npm run why -- nobody 'https://comfyui.example.com/webhook/..%2fprompt'`,
  )
  .action(async (...given: [string, string, WhyOptions]) =>
    (await import("./actions/why")).run(...given),
  );

void main(cli);
