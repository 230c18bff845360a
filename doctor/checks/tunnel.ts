import { type Check, ok, problem } from "../check";
import type { AccountContext } from "../context";
import { PAGES } from "../pages";

export const tunnelCheck: Check<AccountContext> = {
  id: "tunnel",
  why: "The service is reached through it; it is looked up by its name.",
  page: PAGES.tunnels,
  async run({ account, settings }) {
    const names = (await account.tunnels()).map(({ name }) => name);
    return names.includes(settings.tunnel)
      ? ok(`${settings.tunnel} is there`)
      : problem(
          `no tunnel is named ${settings.tunnel}: there ${names.length > 0 ? `are ${names.join(", ")}` : "is none"}`,
          "Set CLOUDFLARE_TUNNEL to one that exists, or make it on that page.",
        );
  },
};
