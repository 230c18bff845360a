import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join, resolve } from "node:path";

export interface WorkspaceOptions {
  /** Base address of the local Cloudflare's API. */
  readonly apiUrl: string;
  readonly accountId: string;
  readonly apiToken: string;
  readonly zone: string;
  readonly tunnel: string;
  readonly google: { readonly clientId: string; readonly clientSecret: string };
  /**
   * Where the stacks keep tokens, and how Terraform's provider for Google gets
   * there.
   *
   * @default - they keep none
   */
  readonly googleCloud?: {
    readonly project: string;
    readonly environment: Readonly<Record<string, string>>;
  };
  /** @default - a Google of that client */
  readonly loginMethod?: {
    readonly name: string;
    readonly googleClientId?: string;
  };
  readonly allowedEmails: readonly string[];
  /** @default - none */
  readonly allowedEmailDomains?: readonly string[];
  /** The app that cdktf runs. @default - that of cdktf.json */
  readonly app?: string;
  /** @default - each host is looked up */
  readonly dnsRecords?: "create" | "existing";
  /** Of Cloudflare's provider. @default - the project's default */
  readonly providerVersion?: string;
  /** Folder of the mirror that holds the real provider, if it is used. */
  readonly mirror?: string;
  /** `TF_REATTACH_PROVIDERS` of the provider stand-ins, if they are used. */
  readonly reattach?: object;
  /** Where probes find the edge, and the certificate they trust. */
  readonly edge: { readonly port: number; readonly caPem: string };
}

/** The folder and the environment in which a rehearsal runs cdktf. */
export interface Workspace {
  readonly dir: string;
  readonly stackDir: (stack: string) => string;
  /** The whole environment of what the rehearsal starts. */
  readonly env: NodeJS.ProcessEnv;
  /** File with which another shell takes part: `. FILE`. Owner-only. */
  readonly envFile: string;
  remove(): void;
}

const PROJECT = resolve(__dirname, "..");

/**
 * What of the user's own environment is handed on. All else could lead to a
 * real account, or through a proxy off this machine.
 */
const PASSED_ON = [
  "PATH",
  "LANG",
  "LC_ALL",
  "TERM",
  "NO_COLOR",
  "TERRAFORM_BINARY_NAME",
];

/** What of the user's own environment a rehearsal uses. */
export function handedOn(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    PASSED_ON.map((name) => [name, process.env[name]] as const).filter(
      ([, value]) => value !== undefined,
    ),
  );
}

/** Makes a folder of its own under `.rehearsal/` and the environment for it. */
export function createWorkspace(options: WorkspaceOptions): Workspace {
  const base = join(PROJECT, ".rehearsal");
  mkdirSync(base, { recursive: true, mode: 0o700 });
  removeStale(base);
  const dir = mkdtempSync(join(base, `run-${process.pid}-`));
  const make = (name: string) => {
    const path = join(dir, name);
    mkdirSync(path, { mode: 0o700 });
    return path;
  };
  const own = {
    ...settings(options),
    ACCESS_ENV_FILE: join(dir, ".env"),
    ACCESS_STATE_DIR: make("state"),
    ACCESS_STACKS_LOCK_DIR: make("locks"),
    ACCESS_ROTATIONS_FILE: join(dir, "rotations.json"),
    CDKTF_OUTPUT: make("cdktf.out"),
    ...(options.app !== undefined && { CDKTF_APP: options.app }),
    CDKTF_DISABLE_PLUGIN_CACHE_ENV: "1",
    CHECKPOINT_DISABLE: "1",
    TF_INPUT: "0",
    // Whoever takes part in another shell goes on with the same program.
    ...(process.env.TERRAFORM_BINARY_NAME && {
      TERRAFORM_BINARY_NAME: process.env.TERRAFORM_BINARY_NAME,
    }),
    TF_CLI_CONFIG_FILE: cliConfig(dir, options.mirror),
    ...(options.reattach && {
      TF_REATTACH_PROVIDERS: JSON.stringify(options.reattach),
    }),
    ACCESS_EDGE: `127.0.0.1:${options.edge.port}`,
    ACCESS_EDGE_CA: join(dir, "edge-ca.pem"),
  };
  writeFileSync(own.ACCESS_EDGE_CA, options.edge.caPem);
  writeFileSync(own.ACCESS_ENV_FILE, "", { mode: 0o600 });
  const envFile = join(dir, "environment");
  writeFileSync(envFile, exports(own), { mode: 0o600 });
  return {
    dir,
    stackDir: (stack) => join(own.CDKTF_OUTPUT, "stacks", stack),
    env: {
      ...handedOn(),
      ...own,
      // Whatever a tool writes for its user or for a while stays in here.
      HOME: make("home"),
      TMPDIR: make("tmp"),
      CI: "1",
    },
    envFile,
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}

/** Removes what rehearsals left that were killed and could not do it. */
function removeStale(base: string): void {
  for (const name of readdirSync(base)) {
    const pid = /^run-(\d+)-/.exec(name)?.[1];
    if (pid !== undefined && !runs(Number(pid)))
      rmSync(join(base, name), { recursive: true, force: true });
  }
}

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** The same names as for a real account. */
function settings(options: WorkspaceOptions): Record<string, string> {
  return {
    CLOUDFLARE_BASE_URL: options.apiUrl,
    CLOUDFLARE_API_TOKEN: options.apiToken,
    CLOUDFLARE_ACCOUNT_ID: options.accountId,
    CLOUDFLARE_ZONE: options.zone,
    CLOUDFLARE_TUNNEL: options.tunnel,
    CLOUDFLARE_API_KEY: "",
    CLOUDFLARE_EMAIL: "",
    CLOUDFLARE_API_USER_SERVICE_KEY: "",
    GOOGLE_CLIENT_ID: options.loginMethod
      ? (options.loginMethod.googleClientId ?? "")
      : options.google.clientId,
    TF_VAR_google_client_secret: options.google.clientSecret,
    ACCESS_LOGIN_METHOD: options.loginMethod?.name ?? "Google",
    ACCESS_ALLOWED_EMAILS: options.allowedEmails.join(","),
    ACCESS_ALLOWED_EMAIL_DOMAINS: options.allowedEmailDomains?.join(",") ?? "",
    ACCESS_DNS_RECORDS: options.dnsRecords ?? "",
    ACCESS_GOOGLE_PROJECT: options.googleCloud?.project ?? "",
    CLOUDFLARE_PROVIDER_VERSION: options.providerVersion ?? "",
    ...options.googleCloud?.environment,
  };
}

/**
 * A CLI config naming every mirror in use: one `provider_installation` block
 * hides those that Terraform looks into by itself. None of it is a registry.
 */
function cliConfig(dir: string, mirror: string | undefined): string {
  const own = ["access-stacks.local/*/*"];
  const blocks = [
    ["terraform.d/plugins", own, []],
    ...(mirror ? [[mirror, [], own] as const] : []),
  ] as const;
  const file = join(dir, "terraform.tfrc");
  writeFileSync(
    file,
    `provider_installation {\n${blocks
      .map(
        ([path, include, exclude]) =>
          `  filesystem_mirror {\n    path = ${JSON.stringify(path)}\n` +
          (include.length > 0
            ? `    include = ${JSON.stringify(include)}\n`
            : "") +
          (exclude.length > 0
            ? `    exclude = ${JSON.stringify(exclude)}\n`
            : "") +
          "  }\n",
      )
      .join("")}}\n`,
  );
  return file;
}

/** Takes away what could lead to an account of the user's, or off this machine. */
const FORGET = `names=$(env | sed -nE 's/^((ACCESS|CDKTF|CLOUDFLARE|GOOGLE|TF)_[A-Za-z0-9_]*|[A-Za-z]+_(PROXY|proxy))=.*/\\1/p')
for name in $(echo "$names"); do unset "$name"; done
unset name names
`;

function exports(values: Record<string, string>): string {
  const lines = Object.entries(values).map(
    ([name, value]) => `export ${name}='${value.replaceAll("'", "'\\''")}'\n`,
  );
  return FORGET + lines.join("");
}
