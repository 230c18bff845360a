import { withNames } from "../account/named-account";
import { NotKnown } from "../account/not-known";
import { notChecked, type Seen } from "./check";
import type { AccountContext } from "./context";
import type { PlannedService } from "./planned";

/** A context with the zone and the tunnel that a service names, which may differ from the settings'. */
export function ofService<Context extends AccountContext>(
  context: Context,
  { notes }: PlannedService,
): Context {
  if (!notes) return context;
  const { tunnel, zone } = notes;
  return {
    ...context,
    settings: { ...context.settings, tunnel, zone },
    account: withNames(context.account, { tunnel, zone }),
  };
}

/**
 * Runs a check once for each tunnel, or zone, that the services name; for the
 * settings' where there is no service.
 */
export async function forEach(
  kind: "tunnel" | "zone",
  context: AccountContext,
  run: (own: AccountContext) => Promise<Seen>,
): Promise<Seen[]> {
  const contexts = new Map(
    (context.plans?.services ?? []).map((service) => {
      const own = ofService(context, service);
      return [own.settings[kind], own];
    }),
  );
  if (contexts.size === 0) contexts.set(context.settings[kind], context);
  return Promise.all(
    [...contexts].map(async ([name, own]) => {
      const about = contexts.size > 1 ? name : undefined;
      try {
        return { ...(await run(own)), about };
      } catch (error) {
        if (error instanceof NotKnown) return notChecked(error.message, about);
        throw error;
      }
    }),
  );
}

/** Where a name is set that a service, or the settings, have. */
export function whereNamed(
  kind: "tunnel" | "zone",
  name: string,
  { settings }: Pick<AccountContext, "settings">,
): string {
  return name === settings[kind]
    ? `CLOUDFLARE_${kind.toUpperCase()}`
    : `the ${kind} of the service in main.ts`;
}
