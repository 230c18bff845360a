import { type Check, ok, problem } from "../check";
import { PAGES } from "../pages";
import type { SymptomContext } from "./context";

const SUFFIX = ".cfargotunnel.com";

export const recordLeadsHere: Check<SymptomContext> = {
  id: "record-leads-here",
  why: "Cloudflare answers 530 where a host leads to no tunnel that is running.",
  page: PAGES.dnsRecords,
  async run({ account, service: { hostname }, settings }) {
    const { id } = await account.tunnel();
    const records = await account.recordsNamed(hostname);
    const target = id + SUFFIX;
    const todo = `Make it a proxied CNAME to ${target}.`;
    const [record] = records.filter(({ type }) => type === "CNAME");
    if (!record)
      return problem("no CNAME has this name of its own", todo, hostname);
    const { content = "", proxied } = record;
    if (content !== target) {
      const other = (await account.tunnels()).find(
        (tunnel) => tunnel.id + SUFFIX === content,
      );
      return problem(
        other
          ? `it leads to another tunnel, ${other.name} (${other.status})`
          : `it leads to ${content}, which is no tunnel of this account`,
        todo,
        hostname,
      );
    }
    return proxied
      ? ok(`a proxied CNAME to ${settings.tunnel}`, hostname)
      : problem("it is not proxied", todo, hostname);
  },
};
