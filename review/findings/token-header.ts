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
        ...(was ? [`no longer accepted in the header ${quoted(was)}`] : []),
        ...(is ? [`now also accepted in the header ${quoted(is)}`] : []),
      ];
      return [
        {
          id: "token-header",
          severity: "warning",
          subject: after.name ?? after.domain ?? "an application",
          text: `service tokens are ${said.join(" and ")}${was ? `: clients that send them in ${quoted(was)} are refused` : ""}`,
          remedy: was
            ? "first make the clients send CF-Access-Client-Id and CF-Access-Client-Secret, or keep the header"
            : "make sure this is intended",
        },
      ];
    },
  );
