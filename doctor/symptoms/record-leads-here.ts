import { namesAround } from "../../account/names-around";
import { normalized } from "../../dns/record";
import { REPLACE_RECORD } from "../../dns/replace-record";
import { namedTunnel, tunnelName } from "../../dns/tunnel-name";
import { type DoctorCheck, ok, problem } from "../check";
import { PAGES } from "../pages";
import type { SymptomContext } from "./context";

export const recordLeadsHere: DoctorCheck<SymptomContext> = {
  id: "record-leads-here",
  why: "Cloudflare answers 530 where a host leads to no tunnel that is running.",
  page: PAGES.dnsRecords,
  async run({ account, service, settings }) {
    const { hostname, name } = service;
    const { id } = await account.tunnel();
    const names = await namesAround(hostname, account);
    const [record] = names.leading(hostname);
    const isOwn = record && normalized(record.name) === normalized(hostname);
    const todo = `Deploy, which makes it a proxied CNAME to ${tunnelName(id)} once the host is protected: npm run deploy -- ${name}.${isOwn ? ` If that is refused, ${REPLACE_RECORD}.` : ""}`;
    if (!record)
      return problem("no DNS record answers for this name", todo, hostname);
    const destination = names.destination(hostname);
    const led =
      destination.kind === "tunnel"
        ? destination.tunnelId
        : destination.kind === "unproxied tunnel"
          ? namedTunnel(destination.record)
          : undefined;
    if (led !== id) {
      const other = (await account.tunnels()).find((one) => one.id === led);
      return problem(
        other
          ? `it leads to another tunnel, ${other.name} (${other.status})`
          : `it leads to ${record.content}, which is no tunnel of this account`,
        todo,
        hostname,
      );
    }
    return destination.kind === "tunnel"
      ? ok(`proxied to ${settings.tunnel}`, hostname)
      : problem("it is not proxied", todo, hostname);
  },
};
