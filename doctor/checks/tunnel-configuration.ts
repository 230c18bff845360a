import { isDemandIgnored } from "../../ingress/defaults";
import { type DoctorCheck, ok, problem, warning } from "../check";
import type { AccountContext } from "../context";
import { forEach } from "../named-by-services";
import { PAGES } from "../pages";

export const tunnelConfigurationCheck: DoctorCheck<AccountContext> = {
  id: "tunnel-configuration",
  why: "The route is written into the configuration that Cloudflare sends to the connector.",
  page: PAGES.tunnels,
  run: (context) =>
    forEach("tunnel", context, async ({ account, settings }) => {
      const { defaults, rules, source } = await account.configuration();
      if (source === "local")
        return problem(
          `${settings.tunnel} is configured by a file on its host, so a deploy refuses it`,
          "Migrate it on that page (there is no way back), or make a new tunnel there.",
        );
      if (isDemandIgnored(defaults))
        return warning(
          `${settings.tunnel} demands the JWT of Access for all its rules at once (originRequest.access of its configuration), and cloudflared ignores that: only a rule that demands it itself has it checked`,
          "Do not rely on it: every rule of a service of this project demands the JWT itself, and a rule made by hand needs Protect with Access of its own.",
        );
      return ok(
        rules
          ? `managed remotely, ${rules.length} rules`
          : "managed remotely, never configured yet",
      );
    }),
};
