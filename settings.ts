import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseEnv } from "node:util";
import { z } from "zod/mini";
import { isMailAddress, isMailDomain } from "./base/mail";
import { isOneTimePin } from "./base/one-time-pin";
import { providerVersionFault } from "./base/provider-versions";
import { UsageError } from "./base/usage-error";
import { isTimeZone } from "./contract/guests";
import { readRemoteState, type RemoteState } from "./state/remote-state";
import {
  readRotations,
  rotationsFile,
  type Rotations,
} from "./contract/rotations";

/** What the code needs to know of one Cloudflare account, by name. */
export interface Settings {
  /** `CLOUDFLARE_ACCOUNT_ID`: 32 hexadecimal digits. */
  readonly accountId: string;
  /** `CLOUDFLARE_ZONE`: an active zone of the account, such as `example.com`. */
  readonly zone: string;
  /** `CLOUDFLARE_TUNNEL`: the name of a remotely managed tunnel. */
  readonly tunnel: string;
  /** The login method that people use. */
  readonly loginMethod: {
    /**
     * `ACCESS_LOGIN_METHOD`: its name in Zero Trust, or `One-time PIN` for a code
     * by mail.
     *
     * @default "Google"
     */
    readonly name: string;
    /**
     * `GOOGLE_CLIENT_ID`: makes the login method with this OAuth client.
     *
     * @default - the login method of that name exists and is only looked up
     */
    readonly googleClientId?: string;
  };
  /** `ACCESS_ALLOWED_EMAILS`: people, separated by commas. */
  readonly allowedEmails: readonly string[];
  /** `ACCESS_ALLOWED_EMAIL_DOMAINS`: e-mail domains, separated by commas. */
  readonly allowedEmailDomains: readonly string[];
  /**
   * `ACCESS_DNS_RECORDS`: insists that the records of the services are there
   * already (`existing`) or that the stacks make them (`create`).
   *
   * @default - a record that is there is used, and one is made where there is none
   */
  readonly dnsRecords?: "create" | "existing";
  /**
   * `ACCESS_GOOGLE_PROJECT`: id of the Google Cloud project in whose Secret
   * Manager the stacks keep service tokens.
   *
   * @default - they keep none
   */
  readonly tokenStore?: { readonly googleProject: string };
  /**
   * `ACCESS_TIME_ZONE`: where the days of guests end, such as `Europe/Berlin`.
   *
   * @default "UTC"
   */
  readonly timeZone?: string;
  /** `ACCESS_STATE_DIR`: owner-only folder of state and journals. @default ".state" */
  readonly stateDir: string;
  /**
   * `ACCESS_STATE`, `s3` or `gcs`, with `ACCESS_STATE_BUCKET`,
   * `ACCESS_STATE_PREFIX`, and for S3 `ACCESS_STATE_ENDPOINT` and
   * `ACCESS_STATE_REGION`: a bucket that keeps the states.
   *
   * @default - files in `stateDir` do (`local`)
   */
  readonly remoteState?: RemoteState;
  /**
   * `CLOUDFLARE_PROVIDER_VERSION`: version of Cloudflare's provider for
   * Terraform, 5.14.0 or a later one of 5. docs/state.md says what a change of it
   * means.
   *
   * @default "5.14.0"
   */
  readonly cloudflareProviderVersion?: string;
  /**
   * `ACCESS_PLAN_ONLY=1`: only plans are made, for a review. What another stack
   * has yet to make has placeholders, Google's client secret is not needed, and
   * no such plan can be applied.
   *
   * @default false
   */
  readonly planOnly?: boolean;
  /**
   * Which secrets of service tokens were rotated: the committed file
   * `rotations.json`, or `ACCESS_ROTATIONS_FILE`.
   *
   * @default - none was
   */
  readonly rotations?: Rotations;
}

/**
 * A value as messages quote it. A secret that was put into another's place is
 * not: tokens are long and without dots, and Google's secrets say what they are.
 */
function quoted(value: unknown): string {
  const text = String(value);
  return /^GOCSPX-|^[\w-]{40,}$/.test(text)
    ? `${text.length} characters that look like a secret`
    : `"${text}"`;
}

/** A text that must look so; `hint` says what to give instead. */
const text = (pattern: RegExp, hint: string) =>
  z.string({ error: `is not set: set it to ${hint}` }).check(
    z.regex(pattern, {
      error: ({ input }) => `must be ${hint}, got ${quoted(input)}`,
    }),
  );

/** Items with a comma between them, lower-cased as the API compares them. */
const list = (looks: (item: string) => boolean, hint: string) =>
  z.pipe(
    z.pipe(
      z.optional(z.string()),
      z.transform((items) =>
        (items ?? "")
          .split(",")
          .map((item) => item.trim().toLowerCase())
          .filter((item) => item !== ""),
      ),
    ),
    z.array(
      z.string().check(
        z.refine(looks, {
          error: ({ input }) => `must be ${hint}, got ${quoted(input)}`,
        }),
      ),
    ),
  );

const VARIABLES = z.object({
  CLOUDFLARE_ACCOUNT_ID: text(
    /^[0-9a-f]{32}$/,
    "the account's 32 hexadecimal digits (dashboard, Account home, menu next to the account, Copy account ID)",
  ),
  CLOUDFLARE_ZONE: text(
    /^[a-z0-9-]+(\.[a-z0-9-]+)+$/,
    'a domain of the account such as "example.com"',
  ),
  CLOUDFLARE_TUNNEL: text(
    /^(?![0-9a-f]{8}-[0-9a-f-]{27}$)/,
    "the tunnel's name, not its id (Zero Trust, Networks, Tunnels)",
  ),
  ACCESS_LOGIN_METHOD: z.optional(z.string()),
  GOOGLE_CLIENT_ID: z.optional(
    text(
      /^[\w-]+\.apps\.googleusercontent\.com$/,
      'the OAuth web client\'s id, "….apps.googleusercontent.com" (Google Cloud console, APIs & Services, Credentials)',
    ),
  ),
  ACCESS_ALLOWED_EMAILS: list(
    isMailAddress,
    'addresses such as "ann@example.com", separated by commas',
  ),
  ACCESS_ALLOWED_EMAIL_DOMAINS: list(
    (domain) => isMailDomain(domain.replace(/^@/, "")),
    'domains such as "example.com", separated by commas',
  ),
  ACCESS_DNS_RECORDS: z.optional(
    z.enum(["create", "existing"], {
      error: ({ input }) =>
        `must be unset (each deploy looks whether a host's DNS record exists), "existing" or "create", got ${quoted(input)}`,
    }),
  ),
  ACCESS_GOOGLE_PROJECT: z.optional(
    text(
      /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/,
      "a Google Cloud project's id such as \"home-lab-4711\" (Google Cloud console, the project's dashboard)",
    ),
  ),
  CLOUDFLARE_PROVIDER_VERSION: z.optional(
    z.string().check(
      z.refine((version) => providerVersionFault(version) === undefined, {
        error: ({ input }) =>
          `${providerVersionFault(String(input))}, got ${quoted(input)}`,
      }),
    ),
  ),
  ACCESS_TIME_ZONE: z.optional(
    z.string().check(
      z.refine(isTimeZone, {
        error: ({ input }) =>
          `must be a time zone such as "Europe/Berlin" or "UTC", got ${quoted(input)}`,
      }),
    ),
  ),
  ACCESS_STATE_DIR: z._default(z.string(), ".state"),
  ACCESS_PLAN_ONLY: z.optional(
    z.literal("1", {
      error: ({ input }) =>
        `must be "1" (only plan) or unset, got ${quoted(input)}`,
    }),
  ),
});

/**
 * The environment with what `.env` adds: what is set already wins, and an empty
 * value counts as not set. `ACCESS_ENV_FILE` names another file; set but empty,
 * it means none.
 */
export function environmentWithFile(
  environment: NodeJS.ProcessEnv = process.env,
): NodeJS.ProcessEnv {
  return { ...valuesOfFile(environment), ...environment };
}

/**
 * The names of the variables that the environment overrides with another value
 * than the file's: an edit of the file has no effect on them.
 *
 * @throws UsageError where the file can't be read
 */
export function overriddenSettings(
  environment: NodeJS.ProcessEnv = process.env,
): string[] {
  return Object.entries(valuesOfFile(environment))
    .filter(
      ([name, value]) =>
        environment[name] !== undefined && environment[name] !== value,
    )
    .map(([name]) => name)
    .sort();
}

/** Names them, before anything is done with them; undefined where there are none. */
export function tellOverridden(
  environment: NodeJS.ProcessEnv = process.env,
): string | undefined {
  const names = overriddenSettings(environment);
  return names.length === 0
    ? undefined
    : `The environment overrides ${environment.ACCESS_ENV_FILE ?? ".env"}, which has other values: ${names.join(", ")}. To use the file's, run: unset ${names.join(" ")}`;
}

function valuesOfFile(environment: NodeJS.ProcessEnv): NodeJS.Dict<string> {
  const file = environment.ACCESS_ENV_FILE ?? ".env";
  if (file === "") return {};
  const path = resolve(file);
  if (!existsSync(path)) {
    if (environment.ACCESS_ENV_FILE === undefined) return {};
    throw new UsageError("Settings", [
      `ACCESS_ENV_FILE names "${file}", which does not exist`,
    ]);
  }
  try {
    return parseEnv(readFileSync(path, "utf8"));
  } catch (error) {
    throw new UsageError("Settings", [
      `the file "${file}" can't be read: ${(error as Error).message}`,
    ]);
  }
}

/** Without any of these nobody has begun to fill them in. */
const FIRST = [
  "CLOUDFLARE_ACCOUNT_ID",
  "CLOUDFLARE_ZONE",
  "CLOUDFLARE_TUNNEL",
  "CLOUDFLARE_API_TOKEN",
];

/**
 * Reads the settings.
 *
 * @param given the environment; left out, it is this process's with `.env`
 * @throws UsageError naming every setting that is missing or malformed; where
 * `given` is left out and there is none at all, saying so in one line
 */
export function loadSettings(given?: NodeJS.ProcessEnv): Settings {
  const environment = given ?? environmentWithFile();
  const { settings, faults } = read(environment);
  if (settings !== undefined) return settings;
  // cdktf prints what an app says twice, among lines of its own.
  if (given === undefined && FIRST.every((name) => !environment[name]?.trim()))
    throw new UsageError("Settings", [
      "there are none, neither in the environment nor in .env: cp .env.example .env && chmod 600 .env, and fill it in; npm run doctor names what is missing",
    ]);
  throw new UsageError("Settings", faults);
}

function read(environment: NodeJS.ProcessEnv): {
  settings?: Settings;
  faults: string[];
} {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value?.trim()),
  );
  const parsed = VARIABLES.safeParse(given);
  const faults = parsed.success
    ? []
    : parsed.error.issues.map(
        ({ path, message }) => `${String(path[0])} ${message}`,
      );
  if (!given.GOOGLE_CLIENT_ID && !given.ACCESS_LOGIN_METHOD)
    faults.push(
      "GOOGLE_CLIENT_ID is not set: set it to the OAuth web client's id, or set ACCESS_LOGIN_METHOD to the name of an existing login method, such as Cloudflare's own, or to \"One-time PIN\" for a code by mail",
    );
  if (given.GOOGLE_CLIENT_ID && isOneTimePin(given.ACCESS_LOGIN_METHOD ?? ""))
    faults.push(
      "ACCESS_LOGIN_METHOD is the one-time PIN, and GOOGLE_CLIENT_ID makes Google: unset one of them",
    );
  const remote = readRemoteState(given);
  faults.push(...remote.faults);
  let rotations: Rotations | undefined;
  try {
    rotations = readRotations(rotationsFile(environment));
  } catch (error) {
    faults.push((error as Error).message);
  }
  if (!parsed.success || faults.length > 0) return { faults };

  const values = parsed.data;
  const settings = {
    accountId: values.CLOUDFLARE_ACCOUNT_ID,
    zone: values.CLOUDFLARE_ZONE,
    tunnel: values.CLOUDFLARE_TUNNEL,
    loginMethod: {
      name: values.ACCESS_LOGIN_METHOD ?? "Google",
      googleClientId: values.GOOGLE_CLIENT_ID,
    },
    allowedEmails: values.ACCESS_ALLOWED_EMAILS,
    allowedEmailDomains: values.ACCESS_ALLOWED_EMAIL_DOMAINS.map((domain) =>
      domain.replace(/^@/, ""),
    ),
    dnsRecords: values.ACCESS_DNS_RECORDS,
    ...(values.ACCESS_GOOGLE_PROJECT && {
      tokenStore: { googleProject: values.ACCESS_GOOGLE_PROJECT },
    }),
    ...(values.CLOUDFLARE_PROVIDER_VERSION && {
      cloudflareProviderVersion: values.CLOUDFLARE_PROVIDER_VERSION,
    }),
    ...(values.ACCESS_TIME_ZONE && { timeZone: values.ACCESS_TIME_ZONE }),
    stateDir: resolve(values.ACCESS_STATE_DIR),
    remoteState: remote.state,
    planOnly: values.ACCESS_PLAN_ONLY === "1",
    rotations,
  };
  return { settings, faults };
}

/**
 * Checks the settings and what a deploy needs beside them.
 *
 * @throws UsageError naming everything that is amiss; secrets stay unsaid
 */
export function checkDeploySettings(environment: NodeJS.ProcessEnv): void {
  const { faults } = read(environment);
  if (environment.ACCESS_PLAN_ONLY)
    faults.push(
      "ACCESS_PLAN_ONLY is set, and its plans can't be applied: unset it",
    );
  faults.push(...apiTokenFaults(environment));
  if (environment.GOOGLE_CLIENT_ID && !environment.TF_VAR_google_client_secret)
    faults.push(
      "TF_VAR_google_client_secret is not set: set it to the secret of the OAuth client in GOOGLE_CLIENT_ID",
    );
  if (faults.length > 0) throw new UsageError("Settings", faults);
}

/**
 * Checks the settings and what it takes to ask Cloudflare about what is
 * deployed: no more than the API token.
 *
 * @throws UsageError naming everything that is amiss; secrets stay unsaid
 */
export function checkApiSettings(environment: NodeJS.ProcessEnv): void {
  const faults = [...read(environment).faults, ...apiTokenFaults(environment)];
  if (faults.length > 0) throw new UsageError("Settings", faults);
}

function apiTokenFaults({ CLOUDFLARE_API_TOKEN: token }: NodeJS.ProcessEnv) {
  if (!token)
    return [
      "CLOUDFLARE_API_TOKEN is not set: create a token in the dashboard, My Profile, API Tokens",
    ];
  if (/^[\w-]{40,}$/.test(token)) return [];
  return [
    `CLOUDFLARE_API_TOKEN must be 40 or more letters, digits, "-" and "_": ${token.length} characters given, copy it again`,
  ];
}
