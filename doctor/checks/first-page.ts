import { crossSiteRemedy } from "../../probe/checks/first-page";
import { leadsStraight } from "../../services/straight";
import { type DoctorCheck, ok, warning } from "../check";
import type { ServiceContext } from "../context";

/** Of services that refuse what the way back from a login is. */
export const firstPageCheck: DoctorCheck<ServiceContext> = {
  id: "first-page",
  why: "ComfyUI since 0.19 answers 403 to what another site leads to, and the login is another site.",
  page: "docs/services.md",
  async run({ service }) {
    const { hostname, name, refusesCrossSite, routes } = service;
    const to = routes.find(({ rule }) => !rule.path)?.rule.service;
    if (!refusesCrossSite || !to) return [];
    return leadsStraight(to, service)
      ? warning(
          `the tunnel leads straight to ${to}: the first page after each login is a bare 403`,
          sentence(crossSiteRemedy(hostname)),
          hostname,
        )
      : ok(
          `the tunnel leads to ${to}, not straight to it; whether that has the file of \`npm run caddyfile\`, npm run probe -- ${name} tries after a deploy`,
          hostname,
        );
  },
};

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
