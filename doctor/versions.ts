import { cloudflareClient } from "../account/client";
import { namedAccount } from "../account/named-account";
import type { World } from "../probe/world";
import { UsageError } from "../base/usage-error";
import { checkApiSettings, loadSettings } from "../settings";
import {
  notChecked,
  toFinding,
  type DoctorCheck,
  type DoctorFinding,
} from "./check";
import { nodeCheck } from "./checks/node";
import { cdktfVersionCheck } from "./checks/version-cdktf";
import { cloudflaredVersionCheck } from "./checks/version-cloudflared";
import { providerVersionCheck } from "./checks/version-provider";
import { terraformVersionCheck } from "./checks/version-terraform";
import type { MachineContext } from "./context";
import { runAll } from "./run-checks";

const OF_MACHINE: readonly DoctorCheck<MachineContext>[] = [
  nodeCheck,
  terraformVersionCheck,
  cdktfVersionCheck,
  providerVersionCheck,
];

/** Which versions are in use, what was tried with each program, and until when it gets fixes. */
export async function versions(options: {
  readonly env: NodeJS.ProcessEnv;
  readonly outside: Pick<World, "ask">;
  /** @default - the machine's time */
  readonly now?: Date;
  /** @default - that of the Node.js this runs on */
  readonly nodeVersion?: string;
}): Promise<DoctorFinding[]> {
  const { env, nodeVersion = process.versions.node, outside } = options;
  const now = options.now ?? new Date();
  const machine = await runAll(OF_MACHINE, { env, nodeVersion, now });
  try {
    checkApiSettings(env);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const why = notChecked("needs the settings of an account first");
    return [...machine, toFinding(cloudflaredVersionCheck, why)];
  }
  const settings = loadSettings(env);
  const account = namedAccount(cloudflareClient(env), settings);
  const context = { settings, account, outside, now };
  return [...machine, ...(await runAll([cloudflaredVersionCheck], context))];
}
