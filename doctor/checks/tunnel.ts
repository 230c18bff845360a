import { type DoctorCheck, ok, problem, type Seen } from "../check";
import type { AccountContext } from "../context";
import { forEach, whereNamed } from "../named-by-services";
import { PAGES } from "../pages";
import type { PlannedTunnel } from "../planned";

export const tunnelCheck: DoctorCheck<AccountContext> = {
  id: "tunnel",
  why: "The service is reached through it; it is looked up by its name.",
  page: PAGES.tunnels,
  run: (context) =>
    forEach("tunnel", context, async ({ account, settings: { tunnel } }) => {
      const names = (await account.tunnels()).map(({ name }) => name);
      const made = context.plans?.tunnels.find(({ name }) => name === tunnel);
      if (!names.includes(tunnel) && made)
        return ok(`${tunnel} is made by the stack ${made.stack}`);
      const twice = made && madeTwice(made, names, context);
      if (twice) return twice;
      return names.includes(tunnel)
        ? ok(`${tunnel} is there`)
        : problem(
            `no tunnel is named ${tunnel}: there ${names.length > 0 ? `are ${names.join(", ")}` : "is none"}`,
            `Set ${whereNamed("tunnel", tunnel, context)} to one that exists, make it on that page, or have a TunnelStack make it (docs/compose.md). A token whose permissions are for some tunnels only sees no others: give it "Cloudflare Tunnel" for the account.`,
          );
    }),
};

/** Where a stack is to make a tunnel that the account has. */
export function madeTwice(
  { id, name, stack }: PlannedTunnel,
  names: readonly string[],
  context: Pick<AccountContext, "settings">,
): Seen | undefined {
  return id === undefined && names.includes(name)
    ? problem(
        `the stack ${stack} is to make ${name}, which is there already`,
        `Take that stack out of main.ts, and services use the tunnel; or give it another name (${whereNamed("tunnel", name, context)}).`,
      )
    : undefined;
}
