import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { survey, type Survey } from "../../adoption/look";
import {
  synthesize,
  withDependencies,
  type Stack,
} from "../../deployment/stacks";
import type { Account } from "../../local/account";
import { startApi } from "../../local/api/server";
import { cast } from "../../rehearsal/cast";
import { loadSettings } from "../../settings";
import { HOST } from "../by-hand/accounts";
import type { Config, ServiceConfig } from "../stacks/app";

const DIR = mkdtempSync(join(tmpdir(), "adoption-"));
afterAll(() => rmSync(DIR, { recursive: true, force: true }));

const synthesized = new Map<string, ReadonlyMap<string, Stack>>();

/** What adopt finds of ComfyUI's host in an account, where nothing is deployed. */
export async function tableOf(
  account: Account,
  more: Partial<ServiceConfig> = {},
  settings: NodeJS.ProcessEnv = {},
  taken: readonly string[] = [],
  identity: Omit<Config, "services"> = {},
): Promise<Survey> {
  const [found] = await tablesOf([[account, more]], settings, taken, identity);
  return found!;
}

/** The same of several accounts, each with props of its own, from one synth. */
export async function tablesOf(
  all: readonly (readonly [Account, Partial<ServiceConfig>])[],
  settings: NodeJS.ProcessEnv = {},
  taken: readonly string[] = [],
  identity: Omit<Config, "services"> = {},
): Promise<Survey[]> {
  const props = [...new Set(all.map(([, more]) => JSON.stringify(more)))];
  const nameOf = (more: string) =>
    more === props[0] ? "comfyui" : `comfyui${props.indexOf(more)}`;
  const config: Config = {
    ...identity,
    services: Object.fromEntries(
      props.map((more): [string, ServiceConfig] => [
        nameOf(more),
        {
          service: "comfyui",
          hostname: HOST,
          ...(JSON.parse(more) as Partial<ServiceConfig>),
        },
      ]),
    ),
  };
  const text = JSON.stringify(config);
  const key = text + JSON.stringify(settings);
  const outdir = join(DIR, `out-${synthesized.size}`);
  const tables: Survey[] = [];
  for (const [account, more] of all) {
    const api = await startApi(account);
    try {
      const { apiToken, google, tunnel, zone } = cast(account);
      const env = {
        PATH: process.env.PATH,
        ACCESS_ENV_FILE: "",
        ACCESS_STATE_DIR: join(DIR, "state"),
        ACCESS_ALLOWED_EMAILS: "ada@datacrew.space",
        ACCESS_LOGIN_METHOD: "Google",
        CDKTF_APP: `node --require ./typescript.js ${join(__dirname, "../stacks/app.ts")}`,
        CDKTF_OUTPUT: outdir,
        CLOUDFLARE_ACCOUNT_ID: account.id,
        CLOUDFLARE_API_TOKEN: apiToken,
        CLOUDFLARE_BASE_URL: api.baseUrl,
        CLOUDFLARE_TUNNEL: tunnel,
        CLOUDFLARE_ZONE: zone,
        STACKS_UNDER_TEST: text,
        GOOGLE_CLIENT_ID: google.clientId,
        TF_VAR_google_client_secret: google.clientSecret,
        ...settings,
      };
      const stacks = synthesized.get(key) ?? (await synthesize({ env }));
      synthesized.set(key, stacks);
      const [found] = await survey(
        withDependencies(stacks, [nameOf(JSON.stringify(more))]),
        new Set(taken),
        loadSettings(env),
        env,
      );
      tables.push(found!);
    } finally {
      await api.close();
    }
  }
  return tables;
}
