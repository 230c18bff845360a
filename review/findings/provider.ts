import { isOneWay } from "../../base/provider-versions";
import type { Finding, Look } from "./finding";

/** Stacks that go on with another version of Cloudflare's provider. */
export const provider: Look = ({ change }) =>
  change.plans.flatMap(
    ({ provider: versions, resources, stack }): Finding[] => {
      if (versions === undefined) return [];
      const { from, to } = versions;
      const subject = `stack ${stack}`;
      const text = `Cloudflare's provider changes from ${from} to ${to}`;
      if (!isOneWay(from, to))
        return [{ id: "provider-version", severity: "note", subject, text }];
      const more = resources.filter(({ action }) => action !== "no-op").length;
      return [
        {
          id: "provider-one-way",
          severity: "warning",
          subject,
          text: `${text}, a one-way door: ${from} refuses the state that ${to} writes, even to destroy it`,
          remedy:
            more === 0
              ? "a copy of the state is kept before: npm run restore-state goes back to it while nothing else has been applied (docs/state.md)"
              : `this deploy changes ${more} more: deploy the version by itself first, then npm run restore-state can go back (docs/state.md)`,
        },
      ];
    },
  );
