import { type DoctorCheck, notChecked, ok, warning } from "../check";
import type { AccountContext } from "../context";
import { PAGES } from "../pages";
import { CLOUDFLARED_READ } from "../releases";

/** @see https://developers.cloudflare.com/cloudflare-one/networks/connectors/cloudflare-tunnel/downloads/ */
export const cloudflaredVersionCheck: DoctorCheck<AccountContext> = {
  id: "cloudflared",
  why: "Cloudflare supports a version of cloudflared for a year.",
  page: PAGES.tunnels,
  async run({ account, now, settings }) {
    const versions = await account.connectorVersions(await account.tunnel());
    if (versions.length === 0)
      return notChecked(`no connector of ${settings.tunnel} is connected`);
    return versions.map((version) => {
      const [, year = 0, month = 0] =
        /^(\d{4})\.(\d{1,2})\./.exec(version)?.map(Number) ?? [];
      const what = `cloudflared ${version} runs ${settings.tunnel}, followed here up to ${CLOUDFLARED_READ}`;
      if (year === 0) return notChecked(`${what}: no date is in its version`);
      const end = new Date(Date.UTC(year + 1, month, 0));
      const day = end.toISOString().slice(0, 10);
      return now > end
        ? warning(
            `${what}: Cloudflare has not supported it since ${day}`,
            "Update it where it runs: cloudflared update, or a newer image.",
          )
        : ok(`${what}: supported until ${day} at least`);
    });
  },
};
