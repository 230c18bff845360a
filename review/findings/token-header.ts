import { resourcesOf } from "../change";
import type { Finding, PlanLook } from "./finding";
import { quoted } from "../../base/quoted";

/**
 * Clients that send a service token in one header of the application's choice:
 * the calls that are judged send it in Cloudflare's own two.
 *
 * @see https://developers.cloudflare.com/cloudflare-one/access-controls/service-credentials/service-tokens/#authenticate-with-a-single-header
 */
export const tokenHeader: PlanLook = ({ change: { plans } }) =>
  resourcesOf(plans, "application").flatMap(
    ({ action, after, before }): Finding[] => {
      if (!after || action === "no-op" || action === "forget") return [];
      const was = before?.read_service_tokens_from_header ?? "";
      const is = after.read_service_tokens_from_header ?? "";
      if (was.toLowerCase() === is.toLowerCase()) return [];
      const said = [
        ...(was ? [`no longer in the header ${quoted(was)}`] : []),
        ...(is ? [`in the header ${quoted(is)} too`] : []),
      ];
      return [
        {
          id: "token-header",
          severity: "warning",
          subject: after.name ?? after.domain ?? "an application",
          text: `a service token's id and secret are read ${said.join(", and ")} from now on${was ? ": clients that send them so are refused" : ""}`,
          remedy: was
            ? "let the clients send CF-Access-Client-Id and CF-Access-Client-Secret first, or keep the header"
            : "see that it is meant",
        },
      ];
    },
  );
