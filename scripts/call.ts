import { command, main } from "./command";

export interface CallOptions {
  data?: string;
  header?: string[];
  json?: boolean;
  showSecrets?: boolean;
  method?: string;
  origin?: string;
  token?: string;
}

const call = command(
  "call",
  "Calls a service with its service token, as its API clients do",
)
  .argument("<service>", "name of a stack in main.ts")
  .argument("<path>", "path and query: /queue")
  .option("-X, --method <method>", "GET, or POST where there is data")
  .option(
    "-H, --header <name: value>",
    "a request header; repeatable",
    (header: string, all: string[] = []) => [...all, header],
  )
  .option("-d, --data <data>", "a body; @file reads a file, @- standard input")
  .option("--token <name>", "a token other than the service's first")
  .option(
    "--origin <url>",
    "base URL of the service, instead of looking it up in its stack",
  )
  .option("--json", "print status, headers and body as JSON")
  .option("--show-secrets", "with --json: cookies and tokens in headers too")
  .addHelpText(
    "after",
    `
The token is read from the environment, .env, or the outputs of the stack.
Exit codes: 0 answered below 400, 1 refused or failed, 2 unusable input.

Examples:
  npm run call -- comfyui /queue
  npm run call -- comfyui /prompt -H "content-type: application/json" -d @prompt.json`,
  )
  .action(async (...given: [string, string, CallOptions]) =>
    (await import("./actions/call")).run(...given),
  );

void main(call);
