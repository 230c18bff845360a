import { type DoctorCheck, ok, problem } from "../check";
import type { AccountContext } from "../context";
import { forEach, whereNamed } from "../named-by-services";
import { PAGES } from "../pages";

export const tunnelCheck: DoctorCheck<AccountContext> = {
  id: "tunnel",
  why: "The service is reached through it; it is looked up by its name.",
  page: PAGES.tunnels,
  run: (context) =>
    forEach("tunnel", context, async ({ account, settings: { tunnel } }) => {
      const names = (await account.tunnels()).map(({ name }) => name);
      return names.includes(tunnel)
        ? ok(`${tunnel} is there`)
        : problem(
            `no tunnel is named ${tunnel}: there ${names.length > 0 ? `are ${names.join(", ")}` : "is none"}`,
            `Set ${whereNamed("tunnel", tunnel, context)} to one that exists, or make it on that page. A token whose permissions are for some tunnels only sees no others: give it "Cloudflare Tunnel" for the account.`,
          );
    }),
};
