import { known } from "../constructs/faults";
import { leadsStraight } from "../services/straight";
import type { ServiceStackProps } from "./service-stack-props";

/**
 * Why the first page after each login is refused, where a service refuses what
 * comes from another site and nothing stands before it.
 */
export function firstPageWarning({
  hostname,
  service,
  serviceUrl,
}: Pick<ServiceStackProps, "hostname" | "service" | "serviceUrl">):
  string | undefined {
  const url = known(serviceUrl);
  if (!service.refusesCrossSite || url === undefined) return undefined;
  if (!leadsStraight(url, service)) return undefined;
  return (
    `${hostname} leads straight to ${serviceUrl}, and ${service.name} answers 403 to the first page after each login. ` +
    `Put Caddy between: serviceUrl "http://caddy:80", and the file that \`npm run caddyfile\` prints. ` +
    `Or start ComfyUI with --enable-cors-header https://${hostname}, which ends its own guard, and say so: service: { ...comfyui, refusesCrossSite: false }. docs/services.md has more.`
  );
}
