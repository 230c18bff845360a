import { namesAround } from "../../account/names-around";
import { namedTunnel, tunnelName } from "../../dns/tunnel-name";
import { type DoctorCheck, ok, problem } from "../check";
import { isOpen } from "../is-open";
import { PAGES } from "../pages";
import type { SymptomContext } from "./context";

export const recordLeadsHere: DoctorCheck<SymptomContext> = {
  id: "record-leads-here",
  why: "Cloudflare answers 530 where a host leads to no tunnel that is running.",
  page: PAGES.dnsRecords,
  async run(context) {
    const { account, service, settings } = context;
    const { hostname, name } = service;
    const { id } = await account.tunnel();
    const names = await namesAround(hostname, account);
    const todo = (await isOpen(context))
      ? `First deploy what protects the host, or it is public: npm run deploy -- ${name}. Then make it a proxied CNAME to ${tunnelName(id)}.`
      : `Make it a proxied CNAME to ${tunnelName(id)}.`;
    const [record] = names.leading(hostname);
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
