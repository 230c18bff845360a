import { broken, kept, notChecked, type ProbeCheck } from "../check";

const DAY_MS = 24 * 60 * 60 * 1000;
/** Cloudflare renews its certificates about a month before their end. */
const TOO_SHORT_DAYS = 7;

/** Browsers and scripts trust the host's certificate, next week as well. */
export const certificate: ProbeCheck = {
  id: "certificate",
  promise: "The certificate is for this host, and valid",
  lasting: true,
  async run({ hostname }, world) {
    if (!world.certificate) return notChecked("nobody here can look at it");
    const { fault, names, validUntil } = await world.certificate(hostname);
    const date = validUntil.toISOString().slice(0, 10);
    const days = Math.floor((validUntil.getTime() - Date.now()) / DAY_MS);
    if (days < TOO_SHORT_DAYS)
      return broken(
        `valid until ${date}`,
        days < 0
          ? "the certificate has expired"
          : "the certificate ends soon and was not renewed",
        "look in the dashboard, SSL/TLS, Edge Certificates, why it is not renewed",
      );
    if (fault !== undefined)
      return broken(
        `a certificate for ${names.join(", ") || "nobody"}: ${fault}`,
        "something else than Cloudflare's edge answers, or its certificate does not cover this host",
        "use a host one label below the zone; look in SSL/TLS, Edge Certificates",
      );
    return kept(`valid until ${date}`);
  },
};
