import type { Service } from "./service";

/**
 * Whether the tunnel leads to the service itself, with no Caddy between. Told
 * by the port, as a container can have any name.
 */
export function leadsStraight(
  serviceUrl: string,
  { containerUrl, localUrl }: Pick<Service, "containerUrl" | "localUrl">,
): boolean {
  const to = place(serviceUrl);
  return [containerUrl, localUrl].map(place).some(
    (own) =>
      to !== undefined &&
      own?.port === to.port &&
      // On these, Caddy too may listen.
      (own.hostname === to.hostname || !["80", "443"].includes(to.port)),
  );
}

function place(url: string): { hostname: string; port: string } | undefined {
  if (!/^https?:/.test(url) || !URL.canParse(url)) return undefined;
  const { hostname, port, protocol } = new URL(url);
  return { hostname, port: port || (protocol === "https:" ? "443" : "80") };
}
