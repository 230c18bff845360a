import { isMailboxProvider } from "../base/mailboxes";
import type { AccountFileInput } from "../local/account-file-schema";
import { PERMISSION_GROUPS } from "../local/api/permissions";
import type { Settings } from "../settings";
import { Clean } from "./clean";
import { loginMethods, oauthClients } from "./login-methods";
import { meetPeople } from "./people";
import { Pseudonyms } from "./pseudonyms";
import type { Answered, AnsweredAccount } from "./read-account";

/** What a rehearsal on the twin takes from the settings. */
export type TwinSettings = Pick<
  Settings,
  | "zone"
  | "tunnel"
  | "loginMethod"
  | "allowedEmails"
  | "allowedEmailDomains"
  | "dnsRecords"
>;

export interface TwinOptions {
  /** Keep e-mails, domains of addresses, and where connectors are. */
  readonly keepNames: boolean;
  /** @default - a rehearsal chooses the first of everything */
  readonly settings?: TwinSettings;
}

/** A file to rehearse on, and what is not in it. */
export interface Twin {
  readonly file: AccountFileInput;
  /** How many people and domains have other names. */
  readonly pseudonyms: { readonly people: number; readonly domains: number };
  /** Fields of objects, for people to read. */
  readonly leftOut: readonly string[];
}

const STRANGER = { email: "stranger@nowhere.example", name: "A Stranger" };

/** Makes the account file that stands for an account. */
export function toAccountFile(
  account: AnsweredAccount,
  { keepNames, settings }: TwinOptions,
): Twin {
  const names = new Pseudonyms(keepNames);
  const people = meetPeople(
    account,
    names,
    settings?.allowedEmails ?? [],
    settings?.allowedEmailDomains ?? [],
  );
  const clean = new Clean(names);
  const methods = loginMethods(account.loginMethods, clean);
  const inside = policiesInside(account);
  const clientId = settings?.loginMethod.googleClientId;
  const file = {
    account: {
      id: account.id,
      name: clean.text(nameOf(account)),
    },
    organization:
      account.organization === undefined
        ? null
        : clean.object("organization", account.organization),
    zones: account.zones.map((zone) => clean.object("zones", zone)),
    dns_records: account.records.map(({ record, zoneId }) => ({
      ...clean.object("dns_records", record),
      zone_id: zoneId,
    })),
    tunnels: account.tunnels.map((tunnel) => toTunnel(tunnel, clean, names)),
    identity_providers: methods,
    groups: account.groups.map((group) => clean.object("groups", group)),
    policies: [...account.policies, ...inside].map((policy) =>
      clean.object("policies", policy),
    ),
    applications: account.applications.map((application) => ({
      ...clean.object("applications", application),
      policies: linksOf(application),
    })),
    service_tokens: account.serviceTokens.map((token) => ({
      ...clean.object("service_tokens", token),
      client_secret: `rehearsal-only-secret-of-${String(token.id)}`,
    })),
    tags: account.tags.map(({ name }) => clean.text(String(name))),
    api_tokens: [
      {
        id: "70ce0000000000000000000000000001",
        name: "deploy",
        value: "rehearsal-only-cloudflare-deploy-token-00001",
        permissions: Object.keys(PERMISSION_GROUPS),
      },
    ],
    people: [
      ...[...people].map(([email, name]) =>
        toPerson(names.email(email), names.name(name, email)),
      ),
      ...anybodyAt(settings?.allowedEmailDomains ?? [], names),
      STRANGER,
    ],
    users: (account.users ?? []).flatMap((user) => toUser(user, names)),
    google_clients: oauthClients(
      methods,
      account.organization?.auth_domain as string | undefined,
      clientId,
    ),
    ...(settings && { rehearsal: toRehearsal(settings, names, clean) }),
  } as AccountFileInput;
  return {
    file,
    pseudonyms: { people: names.people, domains: names.domains },
    leftOut: [...clean.leftOut].sort(),
  };
}

/** A zone says what its account is called; a team's name is the next best. */
function nameOf({ id, organization, zones }: AnsweredAccount): string {
  const own = zones
    .map(({ account }) => account as { id?: unknown; name?: unknown })
    .find((account) => account.id === id);
  return String(own?.name ?? organization?.name ?? "Account");
}

/** Policies that were written inside one application have no list of their own. */
function policiesInside(account: AnsweredAccount): Answered[] {
  const listed = new Set(account.policies.map(({ id }) => id));
  return account.applications
    .flatMap(({ policies }) => (policies ?? []) as readonly Answered[])
    .filter(({ id }) => !listed.has(id))
    .map((policy) => ({ ...policy, reusable: false }));
}

function linksOf({ policies }: Answered): object[] {
  return ((policies ?? []) as readonly Answered[]).map(
    ({ id, precedence }, index) => ({
      id,
      precedence: precedence ?? index + 1,
    }),
  );
}

function toTunnel(
  { configuration, connectors, tunnel }: AnsweredAccount["tunnels"][number],
  clean: Clean,
  names: Pseudonyms,
): object {
  const { config, created_at, source, version } = configuration ?? {};
  return {
    ...clean.object("tunnels", tunnel),
    ...(Number(version ?? 0) > 0 && {
      configuration: {
        version,
        source: source ?? tunnel.config_src,
        config: clean.value(config ?? null),
        created_at: created_at ?? undefined,
      },
    }),
    connectors: connectors.map(({ conns, id, version, run_at: ranAt }) => {
      const [first] = (conns ?? []) as readonly Answered[];
      return {
        id,
        version: String(version ?? ""),
        origin_ip: names.internetAddress(String(first?.origin_ip ?? "")),
        opened_at: first?.opened_at ?? ranAt ?? undefined,
      };
    }),
  };
}

/** Accounts of a company at Google say so; those of anybody do not. */
function toPerson(email: string, name: string): object {
  const domain = email.slice(email.lastIndexOf("@") + 1);
  return {
    email,
    name,
    ...(!isMailboxProvider(domain) && { hosted_domain: domain }),
  };
}

/** Someone for each domain that may log in. */
function anybodyAt(domains: readonly string[], names: Pseudonyms): object[] {
  return domains.map((domain) =>
    toPerson(`anybody@${names.domain(domain)}`, "Anybody There"),
  );
}

function toUser(user: Answered, names: Pseudonyms): object[] {
  const { created_at, email, id, last_successful_login: last, name } = user;
  // Someone who was invited, and has not come yet.
  if (typeof email !== "string" || !last) return [];
  return [
    {
      id,
      email: names.email(email),
      name: names.name(String(name ?? ""), email),
      created_at,
      last_successful_login: last,
    },
  ];
}

function toRehearsal(
  {
    allowedEmailDomains,
    allowedEmails,
    dnsRecords,
    loginMethod,
    tunnel,
    zone,
  }: TwinSettings,
  names: Pseudonyms,
  clean: Clean,
): NonNullable<AccountFileInput["rehearsal"]> {
  return {
    zone,
    // As the objects of these names have them in the file.
    tunnel: clean.text(tunnel),
    login_method: clean.text(loginMethod.name),
    google_client_id: loginMethod.googleClientId ?? null,
    allowed_emails: allowedEmails.map((email) => names.email(email)),
    allowed_email_domains: allowedEmailDomains.map((one) => names.domain(one)),
    dns_records: dnsRecords,
  };
}
