import {
  ApplicationIndex,
  publicDestinations,
} from "../../access/match-application";
import type { Application } from "../../access/model";
import { parseUri } from "../../access/path-pattern";
import { isOfHost, isWholeHost } from "../../access/whole-host";
import { withoutPlace } from "../../access/without-place";
import { NotKnown } from "../../account/not-known";
import {
  isOfHostAlone,
  takeOverLine,
  takeOverProp,
} from "../../base/existing-application";
import { findAnsweringRule } from "../../ingress/match";
import { tokenDemand } from "../../ingress/token-demand";
import { refusalOf } from "../../providers/existing-application/messages";
import {
  othersSince,
  splitCommand,
} from "../../providers/existing-application/own-application";
import { isJsonObject } from "../../providers/tunnel-route/json";
import { type DoctorCheck, ok, problem, type Seen, warning } from "../check";
import type { ServiceContext } from "../context";
import { PAGES } from "../pages";
import type { PlannedApplication } from "../planned";

export const applicationCheck: DoctorCheck<ServiceContext> = {
  id: "application",
  why: "Of all applications the most specific one decides, and Cloudflare refuses a second for the same host and path.",
  page: PAGES.applications,
  async run({ account, service }) {
    const all = await account.applications();
    return [
      ...(await Promise.all(
        service.applications.map((planned) =>
          isGone(planned, all)
            ? gone(planned, all, account)
            : plannedChange(planned, all, service.name),
        ),
      )),
      ...deeper(service, all),
    ];
  },
};

const KEEP =
  "Keep it: deleting it makes the host public until a deploy has finished.";

/** What the deploy will do about one application. */
function plannedChange(
  planned: PlannedApplication,
  all: readonly Application[],
  stack: string,
): Seen {
  const { domain, id, places } = planned;
  if (planned.existing !== undefined) return takeOver(planned, all, stack);
  const holders = all.filter((application) => covers(application, domain));
  const foreign = holders.find((application) => application.id !== id);
  if (foreign)
    return problem(
      `the application "${foreign.name}" (${foreign.id}) already protects it: Cloudflare would refuse a second one (11010)`,
      waysOut(foreign, domain, stack),
      domain,
    );
  const [own] = holders;
  if (own) {
    const expected = new Set((places ?? [domain]).map(keyOf));
    const added = publicDestinations(own)
      .map(({ uri }) => uri ?? "")
      .filter((uri) => !expected.has(keyOf(uri)));
    return added.length === 0
      ? ok("this stack's own application protects it", domain)
      : warning(
          `this stack's own application is also for ${added.join(", ")}, which is not in the code`,
          `Give ${added.length === 1 ? "that host" : "each of them"} an application of its own, then deploy: without one it would be open. Or add it in the code (addDestination).`,
          domain,
        );
  }
  const wider = widerThan(domain, all);
  return ok(
    wider
      ? `decided by the wider application "${wider.name}" so far: the deploy creates its own, which takes precedence; what works by it today, and what to write to keep that: npm run adopt -- ${stack}`
      : "no application protects it yet: the deploy creates one",
    domain,
  );
}

/** Whether the state has one that the account has no more, nor another for its place. */
function isGone(
  { domain, existing, id }: PlannedApplication,
  all: readonly Application[],
): boolean {
  return (
    existing === undefined &&
    id !== undefined &&
    !all.some((one) => one.id === id || covers(one, domain))
  );
}

/** Who gets in meanwhile is for the tunnel's rule to say, which a destroy gives back first. */
async function gone(
  { domain, name }: PlannedApplication,
  all: readonly Application[],
  account: ServiceContext["account"],
): Promise<Seen> {
  const what = `the application "${name}" was deployed and is gone: the deploy creates it again`;
  const todo =
    "Finish a destroy that was interrupted, or find out who removed it.";
  const demands = await demandsToken(domain, account);
  if (demands === undefined)
    return warning(
      what,
      `${todo} Whether the tunnel's rule still checks the JWT is not known.`,
      domain,
    );
  if (demands)
    return warning(
      what,
      `${todo} Until then the tunnel's JWT check refuses everyone.`,
      domain,
    );
  const wider = widerThan(domain, all);
  return wider
    ? warning(`${what}; until then "${wider.name}" decides`, todo, domain)
    : problem(
        `${what}; until then no application protects it, and the tunnel's rule checks no JWT`,
        todo,
        domain,
      );
}

/** Whether the tunnel's rule for a place demands a JWT; undefined where that can't be told. */
async function demandsToken(
  domain: string,
  account: ServiceContext["account"],
): Promise<boolean | undefined> {
  const { host, path } = parseUri(domain);
  try {
    const { rules = [], source } = await account.configuration();
    if (source === "local") return undefined;
    const rule = rules[findAnsweringRule(rules, host, path || "/")];
    return rule !== undefined && tokenDemand(rule) !== undefined;
  } catch (error) {
    if (error instanceof NotKnown) return undefined;
    throw error;
  }
}

function widerThan(
  domain: string,
  all: readonly Application[],
): Application | undefined {
  const index = new ApplicationIndex(all.map((it) => [it, it] as const));
  const { host, path } = parseUri(domain);
  return index.find(host, path)?.owner;
}

/** What to write where somebody's application is for the host. */
function waysOut(
  { id, ...application }: Application,
  domain: string,
  stack: string,
): string {
  const { host, path } = parseUri(domain);
  const others = path === "" ? otherPlaces(application, domain) : [];
  if (
    others.length === 0 &&
    isJsonObject(application) &&
    refusalOf(application, domain) !== undefined
  )
    return `It can't be taken over: npm run adopt -- ${stack} says why, and ${path === "" ? `how ${host} gets an application of its own` : "how the path keeps it"}. ${KEEP}`;
  return others.length > 0
    ? `It is also for ${others.join(", ")}: ${splitCommand({ ...application }, host, stack)}. ${KEEP}`
    : `Run: npm run adopt -- ${stack}. It shows what becomes of all that is there for the host, and what to write into main.ts (${takeOverLine(domain, String(id))}); a destroy gives it back. If a deploy of yours made it: npm run adopt -- ${stack} --ours ${id}. ${KEEP}`;
}

function otherPlaces(
  application: Pick<Application, "domain" | "destinations">,
  domain: string,
): string[] {
  return publicDestinations(application)
    .map(({ uri }) => uri ?? "")
    .filter((uri) => !isOfHost(uri, parseUri(domain).host));
}

/** What becomes of one that was there before. */
function takeOver(
  { domain, existing, state }: PlannedApplication,
  all: readonly Application[],
  stack: string,
): Seen {
  const found = all.find((application) => application.id === existing);
  if (!found)
    return problem(
      `the account has no application ${existing}, which ${takeOverProp(domain)} names`,
      `Take ${takeOverProp(domain)} out of main.ts to have the stack make its own, or write the id of one that there is.`,
      domain,
    );
  const { host } = parseUri(domain);
  if (state !== undefined) {
    const todo = othersSince({ ...found }, host);
    return todo === undefined
      ? ok(`the application "${found.name}" is taken over`, domain)
      : warning(
          `the application "${found.name}" is taken over, and somebody has put other places into it: the next deploy takes them out`,
          todo,
          domain,
        );
  }
  const refusal =
    parseUri(domain).path !== "" && isJsonObject(found)
      ? refusalOf(found, domain, stack)
      : undefined;
  if (refusal)
    return problem(
      `${refusal.summary}: the deploy refuses to take it over`,
      `${refusal.detail} ${KEEP}`,
      domain,
    );
  const others = isOfHostAlone(domain) ? otherPlaces(found, domain) : [];
  if (others.length > 0)
    return problem(
      `the application "${found.name}" is also for ${others.join(", ")}: the deploy refuses to take it over`,
      `${splitCommand({ ...found }, host, stack)}, for existingApplication to name. ${KEEP}`,
      domain,
    );
  if (!covers(found, domain))
    return problem(
      `the application "${found.name}", which existingApplication names, is not for the whole of ${domain}: the deploy refuses to take it over`,
      `Write the id of the one that is, or take existingApplication out of main.ts: npm run adopt -- ${stack} names what there is.`,
      domain,
    );
  return ok(
    `the deploy takes over the application "${found.name}", with its id and audience; a destroy gives back what that changes`,
    domain,
  );
}

/** Applications of others on longer paths of the host, which go before ours. */
function deeper(
  { applications, hostname, name: stack }: ServiceContext["service"],
  all: readonly Application[],
): Seen[] {
  const own = new Set(applications.map(({ domain }) => keyOf(domain)));
  const isDeployed = applications.some(({ id }) => id !== undefined);
  return all.flatMap(({ id, name, ...application }) =>
    applications.some((planned) => planned.id === id || planned.existing === id)
      ? []
      : publicDestinations(application)
          .map(({ uri }) => uri ?? "")
          .filter(
            (uri) =>
              isOfHost(uri, hostname) &&
              !isWholeHost(uri, hostname) &&
              !own.has(keyOf(uri)),
          )
          .map((uri) =>
            warning(
              `the application "${name}" decides for this path, not the service's own; the tunnel's JWT check refuses everyone it admits`,
              isDeployed
                ? `If it is not intended, ${withoutPlace({ ...application, name }, hostname, parseUri(uri).path)}: the service's own application then covers this path, and whoever this one alone admits is refused.`
                : `Run: npm run adopt -- ${stack}. It says what works there today, and what to do so that it goes on.`,
              uri,
            ),
          ),
  );
}

function covers(application: Application, domain: string): boolean {
  const { host, path } = parseUri(domain);
  return publicDestinations(application).some(({ uri }) =>
    path === ""
      ? isWholeHost(uri ?? "", host)
      : keyOf(uri ?? "") === keyOf(domain),
  );
}

function keyOf(uri: string): string {
  const { host, path } = parseUri(uri);
  return host + path;
}
