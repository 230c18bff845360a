/** Why a host can't be protected in a zone. */
export function hostFaults(hostname: string, zone: string): string[] {
  if (hostname === zone) return [];
  if (!hostname.endsWith(`.${zone}`))
    return [
      `hostname must lie in the zone ${zone}, got "${hostname}": write "${hostname.split(".")[0]}.${zone}"`,
    ];
  const labels = hostname.slice(0, -zone.length - 1).split(".");
  if (labels.length > 1)
    return [
      `hostname must have one label before ${zone}, got "${hostname}": Cloudflare's certificate covers one only, write "${labels.join("-")}.${zone}"`,
    ];
  return [];
}
