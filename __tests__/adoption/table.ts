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

const synthesized = new Map<string, Stack[]>();

/** What adopt finds of ComfyUI's host in an account, where nothing is deployed. */
export async function tableOf(
  account: Account,
  more: Partial<ServiceConfig> = {},
  settings: NodeJS.ProcessEnv = {},
  taken: readonly string[] = [],
): Promise<Survey> {
  const api = await startApi(account);
  try {
    const { apiToken, google, tunnel, zone } = cast(account);
    const config: Config = {
      services: { comfyui: { service: "comfyui", hostname: HOST, ...more } },
    };
    const text = JSON.stringify(config);
    const env = {
      PATH: process.env.PATH,
      ACCESS_ENV_FILE: "",
      ACCESS_STATE_DIR: join(DIR, "state"),
      ACCESS_ALLOWED_EMAILS: "ada@datacrew.space",
      ACCESS_LOGIN_METHOD: "Google",
      CDKTF_APP: `node --require ./typescript.js ${join(__dirname, "../stacks/app.ts")}`,
      CDKTF_OUTPUT: join(DIR, `out-${synthesized.size}`),
      CLOUDFLARE_ACCOUNT_ID: account.id,
      CLOUDFLARE_API_TOKEN: apiToken,
      CLOUDFLARE_BASE_URL: api.baseUrl,
      CLOUDFLARE_TUNNEL: tunnel,
      CLOUDFLARE_ZONE: zone,
      STACKS_UNDER_TEST: text,
      GOOGLE_CLIENT_ID: google.clientId,
      ...settings,
    };
    const key = text + JSON.stringify(settings);
    const stacks =
      synthesized.get(key) ??
      withDependencies(await synthesize({ env }), ["comfyui"]);
    synthesized.set(key, stacks);
    const [found] = await survey(
      stacks,
      new Set(taken),
      loadSettings(env),
      env,
    );
    return found!;
  } finally {
    await api.close();
  }
}
