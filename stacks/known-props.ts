import { noRules, rulesIn, type AccessRule } from "../constructs/access-rule";
import type { PolicySettings } from "../constructs/access-policy";
import {
  isObject,
  propFaults,
  readProps,
  shown,
  type KnownProps,
} from "../constructs/known-props";
import type { Guest } from "../contract/guests";
import { UsageError } from "../base/usage-error";
import type { Settings } from "../settings";
import type { AccountStackProps } from "./account-stack";
import type { GroupMembers, IdentityStackProps } from "./identity-stack";
import { slugOf } from "./login-method";
import type { ServiceStackProps } from "./service-stack-props";
import type { TunnelStackProps } from "./tunnel-stack";
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

const TUNNEL: KnownProps<TunnelStackProps> = { ...ACCOUNT, tunnel: "text" };

const LOGIN_METHOD: KnownProps<IdentityStackProps["loginMethod"]> = {
  name: "text",
  googleClientId: "text",
};

const GROUP: KnownProps<GroupMembers> = {
  emails: "texts",
  emailDomains: "texts",
  include: "list",
  require: "list",
  exclude: "list",
};

const SERVICE: KnownProps<ServiceStackProps> = {
  ...ACCOUNT,
  identity: "any",
  loginMethod: "any",
  zone: "text",
  tunnel: "text",
  tunnelStack: "any",
  service: "any",
  hostname: "text",
  serviceUrl: "text",
  httpHostHeader: "text",
  origin: "any",
  application: "any",
  existingApplication: "text",
  existingPathApplications: "any",
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
  existingRules: "texts",
  dnsRecord: ["create", "existing", "replace"],
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

/** What a policy asks of people; its rules are the stack's own. */
const POLICY: KnownProps<PolicySettings> = {
  sessionDuration: "any",
  purposeJustificationRequired: "any",
  purposeJustificationPrompt: "any",
  approvalGroups: "any",
  isolationRequired: "any",
  mfaConfig: "any",
};
const RULES: Readonly<Record<string, string>> = {
  include: "allowed",
  require: "required",
  exclude: "denied",
};

function policyFaults(policy: PolicySettings): string[] {
  if (!isObject(policy)) return propFaults(policy, POLICY, "policy.");
  const entries = Object.entries(policy);
  return [
    ...entries
      .filter(([name]) => RULES[name] !== undefined)
      .map(
        ([name]) =>
          `there is no policy.${name}: write ${RULES[name]}, as a prop of the stack`,
      ),
    ...propFaults(
      Object.fromEntries(entries.filter(([name]) => RULES[name] === undefined)),
      POLICY,
      "policy.",
    ),
  ];
}

/** Props without which nothing can be built. */
const NEEDED = ["zone", "tunnel", "hostname", "serviceUrl"] as const;

function neededFaults(given: ServiceStackProps): string[] {
  const { loginMethod, service } = given;
  return [
    ...NEEDED.filter(
      (name) => typeof given[name] !== "string" || given[name] === "",
    ).map((name) => `${name} must be text, got ${shown(given[name])}`),
    ...(isObject(service) && service.name
      ? []
      : [
          `service must be one of services/, or an object such as { name: "Wiki" }, got ${shown(service)}`,
        ]),
    ...([loginMethod]
      .flat()
      .every((one: unknown) => typeof one === "string" && one.trim() !== "")
      ? []
      : [
          `loginMethod must be the name of a login method, or a list of names, got ${shown(loginMethod)}`,
        ]),
  ];
}

/**
 * What is wrong with a service's props, and those of them that can be used.
 *
 * @param path of the stack
 * @throws UsageError where one is missing without which nothing can be built
 */
export function serviceProps(
  path: string,
  given: ServiceStackProps,
): Usable<ServiceStackProps> {
  const { faults, props } = readProps(given, { ...SETTINGS, ...SERVICE });
  const missing = neededFaults(given);
  if (missing.length > 0)
    throw new UsageError(
      "Stacks",
      [...new Set([...missing, ...faults])].map((fault) => `${path}: ${fault}`),
    );
  return {
    faults: [
      ...faults,
      ...policyFaults(props.policy ?? {}),
      ...noRules(rulesOf(props)),
      ...objectFaults(props, ["application", "origin", "tokenStore"]),
      ...(props.tokens ?? []).flatMap((token, at) => [
        ...propFaults(token, TOKEN, `tokens[${at}].`),
        ...(isObject(token) && !isNamed(token)
          ? [
              `tokens[${at}] needs a name, or existing: the id of one of the account`,
            ]
          : []),
      ]),
      ...(props.guests ?? []).flatMap((guest, at) =>
        propFaults(guest, GUEST, `guests[${at}].`),
      ),
    ],
    props: {
      ...props,
      ...usable(rulesOf(props)),
      guests: props.guests?.filter(
        (guest) => isObject(guest) && typeof guest.email === "string",
      ),
      tokens: props.tokens
        ?.filter(isNamed)
        .map((token) => readProps(token, TOKEN).props),
    },
  };
}

/** The lists of rules by the names that main.ts has for them. */
function rulesOf({ allowed, denied, required }: ServiceStackProps) {
  return { allowed, denied, required };
}

function usable<T extends Record<string, readonly AccessRule[] | undefined>>(
  lists: T,
): T {
  return Object.fromEntries(
    Object.entries(lists).map(([name, rules]) => [
      name,
      rules && rulesIn(rules),
    ]),
  ) as T;
}

function objectFaults<T extends object>(
  props: T,
  names: readonly (keyof T & string)[],
): string[] {
  return names
    .filter((name) => props[name] !== undefined && !isObject(props[name]))
    .map((name) => `${name} must be an object, got ${shown(props[name])}`);
}

function isNamed(token: ServiceTokenProps | ExistingTokenProps): boolean {
  const names: Partial<ServiceTokenProps & ExistingTokenProps> = token ?? {};
  return [names.name, names.existing].some(
    (one) => typeof one === "string" && one !== "",
  );
}

/** What is wrong with the props of a tunnel's stack, and those that can be used. */
export function tunnelProps(given: TunnelStackProps): Usable<TunnelStackProps> {
  // What is shared with the services may be handed over whole.
  return readProps(given, { ...SERVICE, ...SETTINGS, ...TUNNEL });
}

/**
 * What is wrong with the identity stack's props, and those that can be used.
 *
 * @param path of the stack
 * @throws UsageError where no login method is named
 */
export function identityProps(
  path: string,
  given: IdentityStackProps,
): Usable<IdentityStackProps> {
  const { loginMethod } = given;
  if (!isObject(loginMethod) || typeof loginMethod.name !== "string")
    throw new UsageError("Stacks", [
      `${path}: loginMethod must be an object such as { name: "Google" }, as the settings have it, got ${shown(loginMethod)}`,
    ]);
  const { faults, props } = readProps(given, {
    // What is shared with the services may be handed over whole.
    ...SERVICE,
    ...SETTINGS,
    ...IDENTITY,
  });
  const groups = Object.entries(props.groups ?? {}).map(
    ([name, members]) =>
      [name, readProps(members, GROUP, `groups["${name}"].`)] as const,
  );
  const methods = Object.entries(props.loginMethods ?? {});
  return {
    faults: [
      ...faults,
      ...propFaults(loginMethod, LOGIN_METHOD, "loginMethod."),
      ...groups.flatMap(([, group]) => group.faults),
      ...methods.flatMap(([name, method]) => methodFaults(name, method)),
      ...methods
        .filter(([, method]) => !isObject(method))
        .map(
          ([name, method]) =>
            `loginMethods["${name}"] must be an object such as { type: "github", … }, got ${shown(method)}`,
        ),
    ],
    props: {
      ...props,
      loginMethods: Object.fromEntries(
        methods.filter(([, method]) => isObject(method)),
      ),
      groups: Object.fromEntries(
        groups.map(([name, group]) => [name, group.props]),
      ),
    },
  };
}

/** What the stack gives a login method itself; a secret is not repeated. */
function methodFaults(name: string, method: object): string[] {
  if (!isObject(method)) return [];
  const at = `loginMethods["${name}"]`;
  const has = (prop: string) => Object.hasOwn(method, prop);
  const isPin = "type" in method && method.type === "onetimepin";
  const others = Object.keys(method).filter((prop) => prop !== "type");
  if (isPin)
    return others.map(
      (prop) => `there is no ${at}.${prop}: a code by mail has its type alone`,
    );
  return [
    has("clientSecret") &&
      `there is no ${at}.clientSecret: the secret is no part of the code. Take it out, and set TF_VAR_${slugOf(name)}_client_secret`,
    has("name") &&
      `there is no ${at}.name: its name is "${name}", as it is written before it`,
    has("accountId") &&
      `there is no ${at}.accountId: it is the stack's own account`,
    ...["secretWithheld", "secretRemedy"].map(
      (prop) => has(prop) && `there is no ${at}.${prop}: leave it out`,
    ),
  ].filter((fault) => typeof fault === "string");
}

interface Usable<T> {
  readonly faults: readonly string[];
  readonly props: T;
}
