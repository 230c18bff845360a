import type { Account } from "../local/account";
import type { GoogleCloud } from "../local/google-apis/cloud";
import { startLocalCloudflare, type LocalCloudflare } from "../local/start";
import { openGoogleCloud } from "./google-cloud";
import { cast } from "./cast";
import { chooseProvider, type ProviderChoice } from "./provider";
import type { RehearsedService } from "./service";
import { createWorkspace, type Workspace } from "./workspace";

export interface StageOptions {
  readonly account: Account;
  /** One, or several that stand-ins serve. */
  readonly services: readonly [RehearsedService, ...RehearsedService[]];
  readonly provider: ProviderChoice;
  /** Where the stacks keep tokens. @default - nowhere */
  readonly store?: "google";
  /** 0: any free port. */
  readonly apiPort: number;
  /** 0: any free port. */
  readonly edgePort: number;
}

/** Everything that a rehearsal plays on. */
export interface Stage {
  readonly services: StageOptions["services"];
  readonly cloudflare: LocalCloudflare;
  /** Where the stacks keep tokens, if they do. */
  readonly googleCloud?: GoogleCloud;
  readonly workspace: Workspace;
  /** One line about Terraform's provider for Cloudflare. */
  readonly providerDescription: string;
  /** Ends what was started and removes the workspace. */
  close(): Promise<void>;
}

/** Sets everything up, and takes down what stands where a part fails. */
export async function setStage(options: StageOptions): Promise<Stage> {
  const { account, services } = options;
  const [service] = services;
  const parts = cast(account);
  const undo: (() => Promise<void> | void)[] = [];
  const close = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const cloudflare = await startLocalCloudflare({
      ...options,
      forwarded: service.own,
      hosts: Object.fromEntries(
        services.flatMap(({ caddyHost, standIn }) =>
          standIn === undefined ? [] : [[caddyHost, standIn]],
        ),
      ),
    });
    undo.push(cloudflare.close);
    const provider = await chooseProvider(options.provider, {
      CLOUDFLARE_API_TOKEN: parts.apiToken,
      CLOUDFLARE_BASE_URL: cloudflare.apiUrl,
    });
    undo.push(provider.close);
    const google =
      options.store === "google" ? await openGoogleCloud() : undefined;
    if (google) undo.push(google.close);
    const workspace = createWorkspace({
      ...parts,
      providerVersion: provider.version,
      mirror: provider.mirror,
      reattach: { ...provider.reattach, ...google?.reattach },
      googleCloud: google,
      accountId: account.id,
      apiUrl: cloudflare.apiUrl,
      edge: cloudflare.edge,
      app: service.app,
      dnsRecords: account.rehearsal?.dns_records,
    });
    undo.push(workspace.remove);
    const providerDescription = provider.description;
    const googleCloud = google?.cloud;
    return {
      services,
      cloudflare,
      googleCloud,
      workspace,
      providerDescription,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
