import { command, main } from "./command";

export interface WhyOptions {
  readonly json?: boolean;
}

const cli = command(
  "why",
  "Explains what comes of one request: each record, application, policy and rule looked at",
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
permissions is enough. No request is made. The path counts in the very spelling
that is given.

Exit codes: 0 the request reaches the service, 1 it does not, 2 unusable input,
3 it depends on what can't be told from here.

Examples:
  npm run why -- ann@example.com https://comfyui.example.com/prompt
  npm run why -- comfyui-api https://comfyui.example.com/queue
  npm run why -- nobody 'https://comfyui.example.com/webhook/..%2fprompt'`,
  )
  .action(async (...given: [string, string, WhyOptions]) =>
    (await import("./actions/why")).run(...given),
  );

void main(cli);
