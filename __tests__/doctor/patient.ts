import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { synthesize, type Stack } from "../../deployment/stacks";
import type { DoctorFinding } from "../../doctor/check";
import { diagnose } from "../../doctor/diagnose";
import type { SymptomName } from "../../doctor/symptoms/names";
import { examine } from "../../doctor/examine";
import { versions } from "../../doctor/versions";
import type { Account } from "../../local/account";
import { loadAccount } from "../../local/account-file";
import { startLocalCloudflare, type LocalCloudflare } from "../../local/start";
import { internet, type Internet } from "../../probe/internet";
import type { Answer } from "../../probe/world";
import { cast } from "../../rehearsal/cast";

type Env = Record<string, string>;

/** Shared by the tests of a file, one after the other: a synth takes seconds. */
const DIR = mkdtempSync(join(tmpdir(), "doctor-"));
afterAll(() => rmSync(DIR, { recursive: true, force: true }));

/** What was synthesized, by its folder. */
const synthesized = new Map<string, ReadonlyMap<string, Stack>>();

/** The guide's account on a local Cloudflare, and a machine to deploy from. */
export class Patient {
  static async admit(): Promise<Patient> {
    const account = loadAccount("guide");
    const cloudflare = await startLocalCloudflare({ account, caddy: false });
    return new Patient(account, cloudflare);
  }

  readonly stateDir = join(DIR, "state");
  readonly #outside: Internet;

  private constructor(
    readonly account: Account,
    readonly cloudflare: LocalCloudflare,
  ) {
    this.#outside = internet({
      ca: cloudflare.edge.caPem,
      locate: async () => ({
        address: "127.0.0.1",
        port: cloudflare.edge.port,
      }),
    });
  }

  /** The environment of the guide's reader. */
  env(more: Env = {}): Env {
    const { apiToken, google, tunnel, zone } = cast(this.account);
    return {
      PATH: process.env.PATH ?? "",
      ACCESS_ENV_FILE: "",
      ACCESS_STATE_DIR: this.stateDir,
      ACCESS_ALLOWED_EMAILS: "ada@datacrew.space",
      CDKTF_OUTPUT: join(DIR, "out"),
      CLOUDFLARE_ACCOUNT_ID: this.account.id,
      CLOUDFLARE_API_TOKEN: apiToken,
      CLOUDFLARE_BASE_URL: this.cloudflare.apiUrl,
      CLOUDFLARE_TUNNEL: tunnel,
      CLOUDFLARE_ZONE: zone,
      GOOGLE_CLIENT_ID: google.clientId,
      TERRAFORM_BINARY_NAME: this.terraform("1.11.4"),
      TF_VAR_google_client_secret: google.clientSecret,
      ...more,
    };
  }

  /** A command that says it is Terraform or OpenTofu of a version, and can do no more. */
  terraform(version: string, product = "Terraform"): string {
    const file = join(DIR, `${product}-${version}`);
    writeFileSync(
      file,
      `#!/bin/sh\n[ "$2" ] || { echo "${product} v${version}"; exit; }\necho '{"terraform_version":"${version}"}'\n`,
    );
    chmodSync(file, 0o700);
    return file;
  }

  /** The file with the certificate that the edge's own are signed with. */
  edgeCertificate(): string {
    const file = join(DIR, "edge-ca.pem");
    writeFileSync(file, this.cloudflare.edge.caPem);
    return file;
  }

  /** Writes a stack's local state: addresses with the ids of their objects, and outputs. */
  deployed(
    stack: string,
    ids: Readonly<Record<string, string>>,
    outputs: Readonly<Record<string, unknown>> = {},
  ): void {
    mkdirSync(this.stateDir, { recursive: true, mode: 0o700 });
    const resources = Object.entries(ids).map(([address, id]) => {
      const [, type, name, index] = /^(\w+)\.([\w-]+)(?:\[(\d+)\])?$/.exec(
        address,
      )!;
      const instances = [
        { attributes: { id }, ...(index && { index_key: Number(index) }) },
      ];
      return { mode: "managed", type, name, instances };
    });
    const state = {
      version: 4,
      resources,
      outputs: Object.fromEntries(
        Object.entries(outputs).map(([name, value]) => [name, { value }]),
      ),
    };
    writeFileSync(
      join(this.stateDir, `${stack}.tfstate`),
      JSON.stringify(state),
    );
  }

  examine(
    more: Env = {},
    names = ["comfyui"],
    ask: Internet["ask"] = this.#outside.ask,
  ): Promise<DoctorFinding[]> {
    const env = this.env(more);
    return examine({
      env,
      names,
      synthesize: () => this.#synthesize(env),
      outside: { ask },
      now: this.account.now(),
      nodeVersion: "24.18.0",
    });
  }

  versions(more: Env = {}, now = this.account.now()): Promise<DoctorFinding[]> {
    return versions({
      env: this.env(more),
      outside: { ask: this.#outside.ask },
      now,
      nodeVersion: "24.18.0",
    });
  }

  /** @param options `localPort`: where the service is on its own host */
  diagnose(
    symptom: SymptomName,
    more: Env = {},
    {
      email,
      localPort,
      path,
    }: { email?: string; localPort?: number; path?: string } = {},
  ): Promise<DoctorFinding[]> {
    const env = this.env(more);
    return diagnose({
      env,
      name: "comfyui",
      symptom,
      email,
      path,
      synthesize: () => this.#synthesize(env),
      outside: this.#outside,
      host: { ask: (url) => askAt(url, localPort) },
      now: this.account.now(),
    });
  }

  async close(): Promise<void> {
    await this.#outside.close();
    await this.cloudflare.close();
    rmSync(this.stateDir, { recursive: true, force: true });
  }

  async #synthesize(env: Env): Promise<ReadonlyMap<string, Stack>> {
    const method = env.GOOGLE_CLIENT_ID ? "made" : "found";
    const app = env.STACKS_UNDER_TEST === undefined ? "main" : "other";
    const out = join(DIR, `out-${env.ACCESS_DNS_RECORDS}-${method}-${app}`);
    const stacks =
      synthesized.get(out) ??
      (await synthesize({ env: { ...env, CDKTF_OUTPUT: out } }));
    synthesized.set(out, stacks);
    return stacks;
  }
}

/** Asks another port than 8188: something of this machine may be there. */
async function askAt(url: string, port?: number): Promise<Answer> {
  const asked = new URL(url);
  if (asked.port !== "8188") throw new Error(`asked ${url}`);
  asked.hostname = "127.0.0.1";
  asked.port = String(port);
  const { headers, status } = await fetch(asked);
  return { headers, status, text: "" };
}

/** Ids of the checks whose findings have a status, each once. */
export function idsWith(
  findings: readonly DoctorFinding[],
  ...statuses: DoctorFinding["status"][]
): string[] {
  const ids = findings
    .filter(({ status }) => statuses.includes(status))
    .map(({ id }) => id);
  return [...new Set(ids)];
}

/** The only finding of a check. */
export function only(
  findings: readonly DoctorFinding[],
  id: string,
): DoctorFinding {
  const found = findings.filter((finding) => finding.id === id);
  expect(found).toHaveLength(1);
  return found[0]!;
}
