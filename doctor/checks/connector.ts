import { type DoctorCheck, ok, problem, warning } from "../check";
import type { AccountContext } from "../context";
import { forEach } from "../named-by-services";
import { PAGES } from "../pages";

export const connectorCheck: DoctorCheck<AccountContext> = {
  id: "connector",
  why: "Without a running cloudflared every host of the tunnel answers error 1033.",
  page: PAGES.tunnels,
  run: (context) =>
    forEach("tunnel", context, async ({ account, settings }) => {
      const { status } = await account.tunnel();
      const what = `the connector of ${settings.tunnel} is ${status ?? "unknown"}`;
      if (status === "healthy") return ok(what);
      const todo = "Look at its container or service: docker logs cloudflared.";
      return status === "degraded" ? warning(what, todo) : problem(what, todo);
    }),
};
