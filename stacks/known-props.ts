import {
  propFaults,
  type KnownProps,
  type Takes,
} from "../constructs/known-props";
import type { Guest } from "../contract/guests";
import type { Settings } from "../settings";
import type { AccountStackProps } from "./account-stack";
import type { GroupMembers, IdentityStackProps } from "./identity-stack";
import type { ServiceStackProps } from "./service-stack-props";
import type { ExistingTokenProps, ServiceTokenProps } from "./service-tokens";

// main.ts hands its settings to every stack, and tsx runs it unchecked.
const SETTINGS: KnownProps<Settings> = {
  accountId: "text",
  zone: "text",
  tunnel: "text",
  loginMethod: "any",
  allowedEmails: "texts",
  allowedEmailDomains: "texts",
  dnsRecords: "any",
  tokenStore: "any",
  stateDir: "text",
  remoteState: "any",
  planOnly: "bool",
  cloudflareProviderVersion: "text",
  rotations: "any",
  timeZone: "text",
};

const ACCOUNT: KnownProps<AccountStackProps> = {
  accountId: "text",
  stateDir: "text",
  remoteState: "any",
  planOnly: "bool",
  waivers: "list",
  cloudflareProviderVersion: "text",
};

const IDENTITY: KnownProps<IdentityStackProps> = {
  ...ACCOUNT,
  loginMethod: "any",
  loginMethods: "any",
  groups: "any",
};

const GROUP: KnownProps<GroupMembers> = {
  emails: "texts",
  emailDomains: "texts",
  include: "list",
  require: "list",
};

const SERVICE: KnownProps<ServiceStackProps> = {
  ...ACCOUNT,
  identity: "any",
  loginMethod: "any",
  zone: "text",
  tunnel: "text",
  service: "any",
  hostname: "text",
  serviceUrl: "text",
  httpHostHeader: "text",
  origin: "any",
  application: "any",
  existingApplication: "text",
  allowedEmails: "texts",
  allowedEmailDomains: "texts",
  allowedGroups: "texts",
  allowed: "list",
  required: "list",
  denied: "list",
  guests: "list",
  timeZone: "text",
  sessionDuration: "text",
  policy: "any",
  tokens: "list",
  tokenStore: "any",
  rotations: "any",
  openPaths: "texts",
  dnsRecord: ["create", "existing"],
  onDestroy: ["restore", "remove"],
  promises: "list",
};

const TOKEN: KnownProps<ServiceTokenProps & ExistingTokenProps> = {
  name: "text",
  existing: "text",
  duration: "text",
  store: "any",
  paths: "texts",
  require: "list",
  exclude: "list",
  sessionDuration: "text",
  enabled: "bool",
};

const GUEST: KnownProps<Guest> = { email: "text", until: "text" };

/** What is wrong with a service's props, and those of them that can be used. */
export function serviceProps(
  given: ServiceStackProps,
): Usable<ServiceStackProps> {
  const { faults, props } = usable(given, { ...SETTINGS, ...SERVICE });
  return {
    faults: [
      ...faults,
      ...(props.tokens ?? []).flatMap((token, at) =>
        propFaults(token, TOKEN, `tokens[${at}].`),
      ),
      ...(props.guests ?? []).flatMap((guest, at) =>
        propFaults(guest, GUEST, `guests[${at}].`),
      ),
    ],
    props,
  };
}

/** What is wrong with the identity stack's props, and those that can be used. */
export function identityProps(
  given: IdentityStackProps,
): Usable<IdentityStackProps> {
  const { faults, props } = usable(given, {
    // What is shared with the services may be handed over whole.
    ...SERVICE,
    ...SETTINGS,
    ...IDENTITY,
  });
  const groups = Object.entries(props.groups ?? {}).map(
    ([name, members]) =>
      [name, usable(members, GROUP, `groups["${name}"].`)] as const,
  );
  return {
    faults: [...faults, ...groups.flatMap(([, group]) => group.faults)],
    props: {
      ...props,
      groups: Object.fromEntries(
        groups.map(([name, group]) => [name, group.props]),
      ),
    },
  };
}

interface Usable<T> {
  readonly faults: readonly string[];
  /** Without the lists that are none: code that reads on would end there. */
  readonly props: T;
}

function usable<T extends object>(
  given: T,
  known: Readonly<Record<string, Takes>>,
  at = "",
): Usable<T> {
  const isUsable = ([name, value]: [string, unknown]) =>
    !["list", "texts"].includes(String(known[name])) || Array.isArray(value);
  return {
    faults: propFaults(given, known, at),
    props: Object.fromEntries(Object.entries(given).filter(isUsable)) as T,
  };
}
