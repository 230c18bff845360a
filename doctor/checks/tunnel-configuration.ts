import { type DoctorCheck, ok, problem } from "../check";
import type { AccountContext } from "../context";
import { forEach } from "../named-by-services";
import { PAGES } from "../pages";

export const tunnelConfigurationCheck: DoctorCheck<AccountContext> = {
  id: "tunnel-configuration",
  why: "The route is written into the configuration that Cloudflare sends to the connector.",
  page: PAGES.tunnels,
  run: (context) =>
    forEach("tunnel", context, async ({ account, settings }) => {
      const { rules, source } = await account.configuration();
      if (source === "local")
        return problem(
          `${settings.tunnel} is configured by a file on its host, so a deploy refuses it`,
          "Migrate it on that page (there is no way back), or make a new tunnel there.",
        );
      return ok(
        rules
          ? `managed remotely, ${rules.length} rules`
          : "managed remotely, never configured yet",
      );
    }),
};
