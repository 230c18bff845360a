import { normalized } from "../../dns/record";
import { REPLACE_RECORD } from "../../dns/replace-record";
import {
  broken,
  kept,
  NO_ACCOUNT,
  notChecked,
  type ProbeCheck,
} from "../check";
import { namesAround } from "../../account/names-around";
import { tunnelsFor } from "../where-it-leads";

/** A deploy puts right what the stack made, and what it may replace. */
const AGAIN = `deploy the stack again; if that is refused, ${REPLACE_RECORD}`;

/** Access stands at Cloudflare's edge: only what goes through it is protected. */
export const dns: ProbeCheck = {
  id: "dns",
  promise: "DNS leads through Cloudflare to this tunnel",
  lasting: true,
  async run({ hostname }, { account }) {
    if (!account) return notChecked(NO_ACCOUNT);
    const names = await namesAround(hostname, account);
    const records = names.leading(hostname);
    const [record] = records;
    if (!record)
      return broken(
        `no record for ${hostname}`,
        "the host is not in DNS",
        "deploy the stack again",
      );
    const seen = records
      .map(({ content, type }) => `${type} ${content}`)
      .join(", ");
    const grey = records.find(({ proxied }) => !proxied);
    if (grey)
      return broken(
        `${seen}, not proxied`,
        "Cloudflare only answers where the host leads to; requests never pass Access",
        normalized(grey.name) === hostname
          ? AGAIN
          : `deploy the stack again, which makes a record for ${hostname} alone. For the other hosts of ${grey.name}, switch its proxy on (dashboard, DNS, orange cloud) once an Access application covers each of them: the proxy makes them public`,
      );
    const tunnels = await account.tunnelsWithRules();
    const led = names.destination(hostname);
    const tunnel = tunnels.find(
      ({ id }) => led.kind === "tunnel" && id === led.tunnelId,
    );
    if (records.length > 1 || !tunnel)
      return broken(
        seen,
        "the host leads to something else than a tunnel of this account",
        normalized(record.name) === hostname
          ? AGAIN
          : "deploy the stack again, which makes a record for this host",
      );
    const ours = tunnelsFor(hostname, tunnels);
    if (!ours.includes(tunnel))
      return broken(
        `${record.type} to the tunnel ${tunnel.name}`,
        ours.length === 0
          ? "no tunnel has a rule for this host"
          : `the rule for this host is in another tunnel: ${ours.map(({ name }) => name).join(", ")}`,
        "deploy the stack again, so that record and rule are in one tunnel",
      );
    return kept(`proxied, to the tunnel ${tunnel.name}`);
  },
};
