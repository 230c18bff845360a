import type { GoogleCloud } from "../local/google-apis/cloud";
import { startGoogleApis } from "../local/google-apis/server";
import { startGoogleStandIn } from "../local/google-provider/start";

/** Google Cloud for a rehearsal, ready for its workspace. */
export interface OpenedGoogleCloud {
  readonly cloud: GoogleCloud;
  readonly project: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly reattach: object;
  close(): Promise<void>;
}

/**
 * Starts Google's APIs and a stand-in of Terraform's provider for them. The real
 * provider is not taken even where this machine has it: as it starts it asks
 * Google who its token belongs to, at an address that can't be set, and a
 * rehearsal talks to nobody off this machine.
 */
export async function openGoogleCloud(): Promise<OpenedGoogleCloud> {
  const apis = await startGoogleApis();
  const { cloud, environment } = apis;
  const standIn = await startGoogleStandIn({ environment });
  return {
    cloud,
    project: cloud.projectId,
    environment,
    reattach: standIn.reattach,
    async close() {
      await standIn.close();
      await apis.close();
    },
  };
}
