import { type DoctorCheck, ok, problem } from "../check";
import type { AccountContext } from "../context";
import { forEach, whereNamed } from "../named-by-services";
import { PAGES } from "../pages";

export const zoneCheck: DoctorCheck<AccountContext> = {
  id: "zone",
  why: "Access takes hosts only of active zones of the same account.",
  page: PAGES.zones,
  run: (context) =>
    forEach("zone", context, async ({ account, settings }) => {
      const where = whereNamed("zone", settings.zone, context);
      const zones = await account.zonesNamed();
      const here = zones.find((zone) => zone.account.id === settings.accountId);
      const [elsewhere] = zones;
      if (!here)
        return elsewhere
          ? problem(
              `${settings.zone} is in another account, ${elsewhere.account.name} (${elsewhere.account.id})`,
              `Set CLOUDFLARE_ACCOUNT_ID to that account, or ${where} to a zone of this one.`,
            )
          : problem(
              `the token sees no zone ${settings.zone}`,
              `Check ${where}, and that the token's Zone Read includes this zone.`,
            );
      if (here.status !== "active")
        return problem(
          `${settings.zone} is ${here.status}, not active`,
          `Set the domain's name servers at its registrar to ${(here.name_servers ?? []).join(" and ")}, and wait until Cloudflare has seen it.`,
        );
      return here.paused
        ? problem(
            `${settings.zone} is paused: its records are not proxied, so Access does not protect its hosts`,
            "Overview of the zone, Advanced actions, Enable Cloudflare on site.",
          )
        : ok(`${settings.zone} is active and in this account`);
    }),
};
