import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import type { InternetOptions } from "./internet";
import { shared } from "../account/shared";

const DNS_OVER_HTTPS = "https://cloudflare-dns.com/dns-query";
/** IPv4 address, in DNS's numbering of record types. */
const A = 1;

/**
 * How to find a host as the world does: over HTTPS from a public resolver, not
 * by this machine's own. A rehearsal names its edge in `ACCESS_EDGE`
 * (`address:port`) and the certificate to trust in `ACCESS_EDGE_CA` (a file).
 *
 * @see https://developers.cloudflare.com/1.1.1.1/encryption/dns-over-https/make-api-requests/dns-json/
 */
export function internetOptions(env: NodeJS.ProcessEnv): InternetOptions {
  if (!env.ACCESS_EDGE) {
    const addresses = shared();
    return {
      async locate(host, port = 443) {
        if (isIP(host)) return { address: host, port };
        return { address: await addresses(host, () => resolve(host)), port };
      },
    };
  }
  const [address = "", port] = env.ACCESS_EDGE.split(":");
  return {
    locate: async () => ({ address, port: Number(port) }),
    ca: env.ACCESS_EDGE_CA && readFileSync(env.ACCESS_EDGE_CA, "utf8"),
  };
}

async function resolve(hostname: string): Promise<string> {
  const url = `${DNS_OVER_HTTPS}?name=${encodeURIComponent(hostname)}&type=A`;
  const response = await fetch(url, {
    headers: { accept: "application/dns-json" },
  });
  const { Answer: answers = [] } = (await response.json()) as {
    Answer?: { type: number; data: string }[];
  };
  const address = answers.find(({ type }) => type === A)?.data;
  if (address === undefined)
    throw new Error(`${hostname} has no address in public DNS`);
  return address;
}
