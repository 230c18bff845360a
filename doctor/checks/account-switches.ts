import type { Group, Policy, RuleSet } from "../../access/model";
import { ApplicationIndex } from "../../access/match-application";
import type { TunnelWithRules } from "../../account/objects";
import { NotKnown } from "../../account/not-known";
import { DnsNames } from "../../dns/dns-names";
import { HOST_TYPES } from "../../dns/record";
import { matchesHostname } from "../../ingress/match";
import { takesEveryHost, type IngressRule } from "../../ingress/rule";
import { type DoctorCheck, notChecked, ok, type Seen, warning } from "../check";
import type { AccountContext } from "../context";
import { PAGES } from "../pages";
import { tokenName } from "../token-name";

/** The account's own switches, as the API answers them; older accounts lack some. */
interface Switches {
  readonly strict_service_token_auth?: boolean;
  readonly deny_unmatched_requests?: boolean;
  readonly deny_unmatched_requests_exempted_zone_names?: readonly string[];
  readonly service_token_inactivity?: {
    readonly enabled?: boolean;
    readonly action?: string;
    readonly inactivity_threshold_days?: number;
  } | null;
  readonly mfa_required_for_all_apps?: boolean;
}

interface Token {
  readonly id?: string;
  readonly name?: string;
  readonly enabled?: boolean;
}

/**
 * What of the account's own switches would make every service safer. They are
 * read and never changed: they are for everything in the account.
 */
export const accountSwitchesCheck: DoctorCheck<AccountContext> = {
  id: "account-switches",
  why: "They hold for every application of the account, those of others too.",
  page: PAGES.organization,
  async run({ account, settings }) {
    const organization = (await account.organization()) as Switches | undefined;
    if (organization === undefined)
      return notChecked("Zero Trust is not switched on");
    const [applications, groups, policies, tokens, tunnels] = await Promise.all(
      [
        account.applications(),
        account.groups(),
        account.policies(),
        account.serviceTokens(),
        account.tunnelsWithRules(),
      ],
    );
    const index = new ApplicationIndex(
      applications.map((one) => [one, one] as const),
    );
    const exempt = organization.deny_unmatched_requests_exempted_zone_names;
    const isOpen = (host: string) =>
      index.find(host, "/") === undefined &&
      !exempt?.some((zone) => `.${host}`.endsWith(`.${zone}`));
    const open = tunnels
      .flatMap(({ rules }) => rules)
      .flatMap(({ hostname }) => openHosts(hostname ?? "", isOpen));
    const unnamed = await unnamedHosts({ account, settings }, tunnels, isOpen);
    const inline = applications.flatMap(({ policies: own }) =>
      (own ?? []).filter(
        (policy): policy is Policy => typeof policy === "object",
      ),
    );
    return [
      strict(organization),
      unmatched(
        organization,
        [...new Set([...open, ...unnamed.hosts])],
        unnamed.unread,
      ),
      inactive(organization, tokens, [...policies, ...inline], groups),
      secondFactor(organization),
      ...switchedOff(tokens),
    ];
  },
};

/**
 * The hosts of a rule that no application is for. A wildcard is any number of
 * labels in a tunnel and one in an application.
 */
function openHosts(
  hostname: string,
  isOpen: (host: string) => boolean,
): string[] {
  const host = hostname.toLowerCase();
  if (host === "" || host === "*") return [];
  if (!host.startsWith("*.")) return isOpen(host) ? [host] : [];
  const [near = false, deep = false] = ["any", "any.any"].map((labels) =>
    isOpen(labels + host.slice(1)),
  );
  return near
    ? [host]
    : deep
      ? [`hosts deeper than ${host}, which that rule takes as well`]
      : [];
}

/**
 * The hosts that no application is for and that reach a rule for every host, so
 * that only their records name them. A tunnel that is configured by a file can
 * have such a rule.
 */
async function unnamedHosts(
  { account, settings }: Pick<AccountContext, "account" | "settings">,
  tunnels: readonly TunnelWithRules[],
  isOpen: (host: string) => boolean,
): Promise<{ readonly hosts: string[]; readonly unread?: string }> {
  const takes = (tunnel: TunnelWithRules, host: string) =>
    isWide(tunnel) &&
    !tunnel.rules.some(
      (rule) =>
        !takesEveryHost(rule) && !rule.path && matchesHostname(rule, host),
    );
  const all = new Map(tunnels.map((one) => [one.id.toLowerCase(), one]));
  if (!tunnels.some(isWide)) return { hosts: [] };
  try {
    const zones = (await account.zones()).filter(
      (zone) => zone.account.id === settings.accountId,
    );
    const records = (
      await Promise.all(zones.map(({ name }) => account.records(name)))
    ).flat();
    const names = new DnsNames(records);
    const isTaken = (host: string) => {
      const found = names.destination(host);
      const tunnel =
        found.kind === "tunnel" ? all.get(found.tunnelId) : undefined;
      return tunnel !== undefined && takes(tunnel, host);
    };
    return {
      hosts: records
        .filter(({ type }) => HOST_TYPES.includes(type))
        .flatMap(({ name }) =>
          openHosts(name, (host) => isTaken(host) && isOpen(host)),
        ),
    };
  } catch (error) {
    if (error instanceof NotKnown) return { hosts: [], unread: error.message };
    throw error;
  }
}

/** Whether a tunnel may take hosts that no rule of it names. */
function isWide({ rules, source }: TunnelWithRules): boolean {
  return source === "local" || rules.some(takesEverywhere);
}

function takesEverywhere(rule: IngressRule): boolean {
  return takesEveryHost(rule) && !rule.service?.startsWith("http_status:");
}

function strict({ strict_service_token_auth: on }: Switches): Seen {
  const about = "strict service tokens";
  return on
    ? ok("on: a wrong service token is refused with 401", about)
    : ok(
        "off: a machine with a wrong token is sent to the login, and an admitted one gets a session. On is safer, but affects every machine of the account at once",
        about,
      );
}

function unmatched(
  {
    deny_unmatched_requests: on,
    deny_unmatched_requests_exempted_zone_names: exempt,
  }: Switches,
  hosts: readonly string[],
  unread: string | undefined,
): Seen {
  const about = "deny unmatched requests";
  const more =
    unread === undefined
      ? ""
      : `; hosts that only a tunnel's rule for every host takes could not be read: ${unread}`;
  const but = exempt?.length
    ? `, but for hosts of ${exempt.join(", ")} (exempted)`
    : "";
  const which =
    hosts.length > 0
      ? `${hosts.length} public host${hosts.length > 1 ? "s" : ""} of tunnels: ${hosts.join(", ")}`
      : "no public host of a tunnel";
  return on
    ? ok(
        `on: without an application a host is blocked${but}, today ${which}${more}`,
        about,
      )
    : ok(
        `off: a host without an application is open. On, it would block ${which}${but}; hosts that lead elsewhere than a tunnel are not looked at${more}`,
        about,
      );
}

function inactive(
  { service_token_inactivity: cleanUp }: Switches,
  tokens: readonly Token[],
  policies: readonly RuleSet[],
  groups: readonly Group[],
): Seen {
  const about = "clean-up of inactive service tokens";
  const named = tokenIds(policies);
  const byGroup = tokenIds(groups);
  const loose = tokens.filter(({ id }) => id && !named.has(id));
  const list = loose
    .map(
      (token) =>
        `${tokenName(token, tokens)}${byGroup.has(token.id ?? "") ? " (named by a group only)" : ""}`,
    )
    .join(", ");
  const which =
    loose.length > 0
      ? `what no policy names itself: ${list}`
      : "none of the current tokens";
  if (!cleanUp?.enabled)
    return ok(
      `off. If on, it would remove ${which}${loose.length > 0 ? ", once unused for long" : ", however long unused"}`,
      about,
    );
  const does = cleanUp.action === "disable" ? "disables" : "deletes";
  const what = `on: unused for ${cleanUp.inactivity_threshold_days ?? "some"} days, it ${does} ${which}`;
  return loose.length > 0
    ? warning(
        what,
        "Name those that are needed directly in a policy: a group does not count.",
        about,
      )
    : ok(what, about);
}

function secondFactor({ mfa_required_for_all_apps: on }: Switches): Seen {
  const about = "second factor (MFA) of Access";
  return on
    ? ok("on: every application requires one", about)
    : ok(
        "not enforced account-wide; only an application's, policy's or login method's own MFA applies",
        about,
      );
}

function switchedOff(tokens: readonly Token[]): Seen[] {
  return tokens
    .filter(({ enabled }) => enabled === false)
    .map((token) =>
      warning(
        "switched off: machines that hold it are refused",
        "Switch it on under Access controls, Service credentials, unless this is intended.",
        tokenName(token, tokens),
      ),
    );
}

/** Ids of the service tokens that rules name. */
function tokenIds(sets: readonly RuleSet[]): ReadonlySet<string> {
  const rules = sets.flatMap(({ exclude, include, require }) =>
    [include, require, exclude].flatMap((list) => list ?? []),
  );
  return new Set(
    rules.flatMap(({ service_token: token }) => {
      const id: unknown = token && Reflect.get(token, "token_id");
      return typeof id === "string" ? [id] : [];
    }),
  );
}
