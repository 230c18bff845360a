import {
  ApplicationIndex,
  publicDestinations,
} from "../../access/match-application";
import type { Application } from "../../access/model";
import { parseUri } from "../../access/path-pattern";
import { type Check, ok, problem, type Seen, warning } from "../check";
import type { ServiceContext } from "../context";
import { PAGES } from "../pages";
import type { PlannedApplication } from "../planned";

export const applicationCheck: Check<ServiceContext> = {
  id: "application",
  why: "Of all applications the most specific one decides, and Cloudflare refuses a second for the same host and path.",
  page: PAGES.applications,
  async run({ account, service }) {
    const all = await account.applications();
    return [
      ...service.applications.map((planned) =>
        fateOf(planned, all, service.name),
      ),
      ...deeper(service, all),
    ];
  },
};

/** What the deploy will do about one application. */
function fateOf(
  planned: PlannedApplication,
  all: readonly Application[],
  stack: string,
): Seen {
  const { domain, id, name } = planned;
  const holders = all.filter((application) => covers(application, domain));
  const foreign = holders.find((application) => application.id !== id);
  if (foreign)
    return problem(
      `the application "${foreign.name}" (${foreign.id}) holds it: a deploy would be refused (11010)`,
      foreign.name === name
        ? `If an interrupted deploy left it, "npm run adopt -- ${stack}" takes it in. Else remove it on that page.`
        : "Remove it on that page, or give the service another hostname. Until the deploy has run, the host is without it.",
      domain,
    );
  if (holders.length > 0)
    return ok("this stack's own application stands before it", domain);
  if (id !== undefined && !all.some((application) => application.id === id))
    return warning(
      `the application "${name}" was deployed and is gone: the deploy makes it again`,
      "Find out who removed it. Until then the tunnel's JWT check refuses everybody.",
      domain,
    );
  const index = new ApplicationIndex(all.map((it) => [it, it] as const));
  const { host, path } = parseUri(domain);
  const wider = index.find(host, path)?.owner;
  return ok(
    wider
      ? `decided by the wider application "${wider.name}" so far: the deploy makes one of its own, which goes before it`
      : "no application stands before it so far: the deploy makes one",
    domain,
  );
}

/** Applications of others on longer paths of the host, which go before ours. */
function deeper(
  { applications, hostname }: ServiceContext["service"],
  all: readonly Application[],
): Seen[] {
  const own = new Set(applications.map(({ domain }) => keyOf(domain)));
  return all.flatMap(({ id, name, ...application }) =>
    applications.some((planned) => planned.id === id)
      ? []
      : publicDestinations(application)
          .map(({ uri }) => uri ?? "")
          .filter(
            (uri) => parseUri(uri).host === hostname && !own.has(keyOf(uri)),
          )
          .map((uri) =>
            warning(
              `the application "${name}" decides for this path, not the service's own; the tunnel's JWT check refuses whom it lets in`,
              "Remove it on that page if it is not meant.",
              uri,
            ),
          ),
  );
}

function covers(application: Application, domain: string): boolean {
  return publicDestinations(application).some(
    ({ uri }) => keyOf(uri ?? "") === keyOf(domain),
  );
}

function keyOf(uri: string): string {
  const { host, path } = parseUri(uri);
  return host + path;
}
