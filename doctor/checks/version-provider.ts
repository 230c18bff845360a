import {
  DEFAULT_PROVIDER,
  isOlder,
  providerVersionFault,
} from "../../base/provider-versions";
import { type DoctorCheck, ok, problem } from "../check";
import type { MachineContext } from "../context";
import { TRIED_PROVIDERS } from "../releases";

export const providerVersionCheck: DoctorCheck<Pick<MachineContext, "env">> = {
  id: "provider",
  why: "Only the newest version of Cloudflare's provider gets fixes.",
  page: "docs/state.md",
  async run({ env }) {
    const version = env.CLOUDFLARE_PROVIDER_VERSION || DEFAULT_PROVIDER;
    const fault = providerVersionFault(version);
    if (fault !== undefined)
      return problem(
        `CLOUDFLARE_PROVIDER_VERSION ${fault}, got "${version}"`,
        "Fix it in .env, or leave it out.",
      );
    const newest = TRIED_PROVIDERS.at(-1) ?? DEFAULT_PROVIDER;
    const name = `Cloudflare's provider ${version}, tried with ${TRIED_PROVIDERS.join(" and ")}`;
    return ok(
      isOlder(version, newest)
        ? `${name}: no fixes are made for it, and CLOUDFLARE_PROVIDER_VERSION chooses a newer one`
        : name,
    );
  },
};
