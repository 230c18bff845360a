import { printableJsonLine } from "../../base/printable";
import { readFileSync } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Agent, buildConnector } from "undici";
import { createAccessFetch } from "../../client/access-fetch";
import { AccessRefusedError, type RefusalReason } from "../../client/refusal";
import { findServiceAccess } from "../../secrets/service-access";
import { findStack } from "../../deployment/find-stack";
import { internetOptions } from "../../probe/locate";
import { UsageError } from "../../base/usage-error";
import { environmentWithFile } from "../../settings";
import { interruption } from "../command";
import type { CallOptions } from "../call";

const REMEDIES: Readonly<Record<RefusalReason, string>> = {
  missing: "npm run secrets -- SERVICE --to env writes the token to .env",
  wrong:
    "npm run secrets -- SERVICE --to env writes the current secret to .env",
  expired:
    "refresh the token in Zero Trust, Access, Service auth, or give it another name in main.ts and deploy",
  "not admitted":
    "name the token in the service's tokens in main.ts and deploy",
};

export async function run(
  service: string,
  path: string,
  options: CallOptions,
): Promise<void> {
  const headers = readHeaders(service, path, options);
  const env = environmentWithFile();
  const signal = interruption();
  const { credentials, origin } = await findServiceAccess({
    env,
    signal,
    service,
    ...options,
    findStack: () => findStack(service, { env, signal }),
  });
  // The edge of a rehearsal speaks for hosts of the world, not for this machine.
  const dispatcher =
    env.ACCESS_EDGE && origin.startsWith("https:")
      ? edgeOfRehearsal(env)
      : undefined;
  const access = createAccessFetch({ ...credentials, origin, dispatcher });
  const body = readBody(options.data);
  try {
    const answer = await access(path, {
      method: options.method ?? (body === undefined ? "GET" : "POST"),
      headers,
      body,
      signal,
    });
    if (answer.status >= 400) process.exitCode = 1;
    if (options.json) {
      const { status } = answer;
      const shown = shownHeaders(answer.headers, options.showSecrets);
      const text = await answer.text();
      console.log(printableJsonLine({ status, headers: shown, body: text }));
      return;
    }
    if (answer.status >= 400)
      console.error(`${service} answered ${answer.status}`);
    if (answer.body)
      await pipeline(Readable.fromWeb(answer.body), process.stdout, {
        end: false,
      });
  } catch (error) {
    signal.throwIfAborted();
    throw explained(error, service);
  } finally {
    await dispatcher?.destroy();
  }
}

function readHeaders(
  service: string,
  path: string,
  { header = [], origin }: CallOptions,
): Record<string, string> {
  const headers: Record<string, string> = {};
  const faults: string[] = [];
  if (!path.startsWith("/") || namesHost(path))
    faults.push(
      `the path must start with one slash and name no host, got "${path}"`,
    );
  if (origin !== undefined && !/^https?:\/\/[^/]+\/?$/.test(origin))
    faults.push(
      `--origin must be a URL without a path, such as "https://${service}.example.com", got "${origin}"`,
    );
  for (const line of header) {
    const [, name, value] = /^([\w!#$%&'*+.^`|~-]+):\s*(.*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined)
      faults.push(`a header must have the form "name: value", got "${line}"`);
    else headers[name] = value;
  }
  if (faults.length > 0) throw new UsageError("npm run call", faults);
  return headers;
}

/** `//host/x`, and what a URL reads as such: another host would be asked. */
function namesHost(path: string): boolean {
  const here = "https://here.invalid";
  return !URL.canParse(path, here) || new URL(path, here).origin !== here;
}

/** Names of headers whose value lets whoever reads it in. */
const SECRET = /auth|token|secret|jwt|session|api-?key|password|cookie/i;

/** The headers for JSON; of a session or secret, that there is one. */
function shownHeaders(
  headers: Headers,
  showSecrets = false,
): Record<string, string> {
  return Object.fromEntries(
    [...headers.keys()].map((name) => [
      name,
      SECRET.test(name) && !showSecrets
        ? "(hidden: --show-secrets)"
        : (headers.get(name) ?? ""),
    ]),
  );
}

function readBody(data: string | undefined): string | Buffer | undefined {
  if (!data?.startsWith("@")) return data;
  const file = data.slice(1);
  try {
    return readFileSync(file === "-" ? 0 : file);
  } catch (error) {
    throw new UsageError("npm run call", [
      `cannot read "${file}" given to --data: ${(error as Error).message}`,
    ]);
  }
}

/** Connections to a rehearsal's edge, whatever the host. */
function edgeOfRehearsal(env: NodeJS.ProcessEnv): Agent {
  const { ca, locate } = internetOptions(env);
  const connect = buildConnector({ ca });
  return new Agent({
    connect(options, callback) {
      const { hostname } = options;
      locate(hostname).then(
        ({ address, port }) =>
          connect(
            {
              ...options,
              servername: hostname,
              hostname: address,
              port: String(port),
            },
            callback,
          ),
        (error: Error) => callback(error, null),
      );
    },
  });
}

/** What went wrong and what to do about it. */
function explained(error: unknown, service: string): unknown {
  if (error instanceof AccessRefusedError) {
    const remedies = error.reasons.map((reason) =>
      `- ${REMEDIES[reason]}`.replace("SERVICE", service),
    );
    return new Error(`${error.message}\nWhat to do:\n${remedies.join("\n")}`);
  }
  return innermost(error);
}

/** `fetch failed` says nothing; its cause does. */
function innermost(error: unknown): unknown {
  return error instanceof Error && error.cause !== undefined
    ? innermost(error.cause)
    : error;
}
