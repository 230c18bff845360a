import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { atLength } from "../at-length";
import type { Account } from "../../local/account";
import { loadAccount } from "../../local/account-file";
import { ApiError } from "../../local/api/envelope";
import { startApi, type ApiServer } from "../../local/api/server";
import { cast } from "../../rehearsal/cast";
import { runScript, TIMEOUT, type Outcome } from "../deployment/world";

jest.setTimeout(TIMEOUT);

let account: Account;
let server: ApiServer;
let dir: string;
beforeEach(async () => {
  account = loadAccount("guide");
  server = await startApi(account);
  dir = mkdtempSync(join(tmpdir(), "refusals-"));
  deployed();
});
afterEach(async () => {
  await server.close();
  rmSync(dir, { recursive: true });
});

/** What a synth and a deploy leave, with stand-ins for the app and Terraform. */
function deployed(): void {
  const [token] = account.serviceTokens.values();
  const stack = join(dir, "comfyui");
  mkdirSync(stack);
  write("comfyui/cdk.tf.json", {
    terraform: { backend: { local: { path: "terraform.tfstate" } } },
    resource: {
      cloudflare_zero_trust_access_application: {
        comfyui: { name: "ComfyUI" },
      },
      cloudflare_zero_trust_access_service_token: {
        api: { name: "comfyui-api" },
      },
    },
  });
  const { client_id, client_secret, expires_at, id, name } = token!;
  write("comfyui/terraform.tfstate", {
    version: 4,
    outputs: {
      service: {
        value: {
          name: "ComfyUI",
          page_text: "ComfyUI",
          api_path: "/system_stats",
          local_url: "http://localhost:8188",
          container_url: "http://comfyui:8188",
          hostname: "comfyui.datacrew.space",
          aud: "aud",
          access_app_id: "1",
          team_name: "datacrew",
        },
      },
      service_tokens: {
        value: [{ client_id, client_secret, expires_at, id, name }],
      },
    },
  });
  const stacks = {
    comfyui: { name: "comfyui", workingDirectory: "comfyui", dependencies: [] },
  };
  write("stacks.json", { stacks });
  program("app", `cp "${dir}/stacks.json" "$CDKTF_OUTDIR/manifest.json"`);
  program(
    "terraform",
    `case "$1" in version) echo '{"terraform_version":"1.11.4"}' ;; *) echo '{}' ;; esac`,
  );
}

function write(file: string, content: object): void {
  writeFileSync(join(dir, file), JSON.stringify(content));
}

function program(name: string, script: string): void {
  const file = join(dir, name);
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o700);
}

function run(name: string, ...args: string[]): Promise<Outcome> {
  const { apiToken, google, tunnel, zone } = cast(account);
  return runScript(name, ["comfyui", ...args], {
    PATH: process.env.PATH,
    HOME: dir,
    NO_COLOR: "1",
    ACCESS_ENV_FILE: "",
    ACCESS_STATE_DIR: join(dir, "state"),
    ACCESS_ROTATIONS_FILE: join(dir, "rotations.json"),
    CDKTF_APP: join(dir, "app"),
    CDKTF_OUTPUT: dir,
    CLOUDFLARE_ACCOUNT_ID: account.id,
    CLOUDFLARE_API_TOKEN: apiToken,
    CLOUDFLARE_BASE_URL: server.baseUrl,
    CLOUDFLARE_TUNNEL: tunnel,
    CLOUDFLARE_ZONE: zone,
    GOOGLE_CLIENT_ID: google.clientId,
    TERRAFORM_BINARY_NAME: join(dir, "terraform"),
    TF_VAR_google_client_secret: google.clientSecret,
  });
}

/** Refuses all calls but the one that verifies the API token. */
function refuse(status: number, code: number, message: string): void {
  // Minutes to wait, which nobody is left to wait for in silence.
  const headers = { "retry-after": status === 429 ? "300" : "0" };
  server.api.onCall({
    before: ({ path }) =>
      path.endsWith("/verify")
        ? undefined
        : new ApiError(status, code, message, { headers }).toResponse(),
  });
}

const REFUSALS: [string, number, number, string, RegExp][] = [
  [
    "a missing permission",
    403,
    10000,
    "Forbidden",
    /The API token lacks a permission\. It needs/,
  ],
  [
    "a limit of minutes",
    429,
    971,
    "Please wait",
    /limit of 1,200 requests in 5 minutes/,
  ],
  ["a fault", 503, 1100, "Internal error", /cloudflarestatus\.com/],
  [
    "Zero Trust off",
    403,
    9999,
    "access.api.error.not_enabled",
    /never switched on .*\/dash\.cloudflare\.com/,
  ],
];

const COMMANDS: [string, string[], RegExp][] = [
  ["adopt", ["--auto-approve"], /GET \/accounts\/\w+\/access\/\w+/],
  [
    "rotate",
    ["--extend"],
    /GET \/accounts\/\w+\/access\/service_tokens\/[\w-]+/,
  ],
];

describe.each(COMMANDS)("%s", (name, args, call) => {
  const some = name === "adopt" ? REFUSALS : REFUSALS.slice(0, 1);
  const NAMES = "fails with 1 at %s, naming the call and what to do";
  const fails = async (
    _: string,
    status: number,
    code: number,
    message: string,
    remedy: RegExp,
  ) => {
    refuse(status, code, message);
    const before = account.snapshot();
    const outcome = await run(name, ...args);
    expect(outcome.stderr).toMatch(remedy);
    if (code !== 9999) {
      expect(outcome.stderr).toMatch(call);
      expect(outcome.stderr).toContain(
        `answered ${status}, ${code}: ${message}`,
      );
    }
    expect(outcome.stderr).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m);
    expect(outcome.stderr).not.toContain('{"');
    expect(outcome.code).toBe(1);
    expect(account.snapshot()).toEqual(before);
  };
  test.each(some)(NAMES, fails);
  if (name !== "adopt") atLength.each(REFUSALS.slice(1))(NAMES, fails);
});

test("with --json a failure is one document on standard output, too", async () => {
  refuse(403, 10000, "Forbidden");
  const { code, stderr, stdout } = await run("adopt", "--json");
  expect(JSON.parse(stdout)).toEqual({
    error: expect.stringMatching(/^Cloudflare answered 403, 10000: Forbidden/),
    remedy: expect.stringMatching(/^The API token lacks a permission/),
  });
  expect(stderr).toContain("What to do:");
  expect(code).toBe(1);
});

test("and so is unusable input", async () => {
  const { code, stdout } = await run("rotate", "--json", "--overlap", "soon");
  expect(JSON.parse(stdout)).toEqual({
    error: expect.stringContaining(
      '--overlap must be a time such as 30s, 5m, 24h, 7d, or a number of seconds, got "soon"',
    ),
  });
  expect(code).toBe(2);
});
