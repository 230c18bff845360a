import type { Construct } from "constructs";
import { tokenVariables } from "../client/credentials";
import type { AccessApp } from "../constructs/access-app";
import type { AccessRule } from "../constructs/access-rule";
import { addFaults, isFree } from "../constructs/faults";
import { ExistingServiceToken } from "../constructs/existing-service-token";
import {
  ServiceTokenPolicy,
  type AdmittedToken,
} from "../constructs/service-token-policy";
import { googleParts } from "../constructs/google-parts";
import type { SecretNames } from "../constructs/secret-names";
import type { TokenStore } from "../constructs/token-store";
import type { Rotations } from "../contract/rotations";
import type { StoreName } from "../contract/store-names";
import { distinctPaths } from "./distinct-paths";

/** A service token of a service. */
export interface ServiceTokenProps {
  /** Its name in Zero Trust: unique within the account. */
  readonly name: string;
  /** Hours such as `8760h`, or `forever`. @default "8760h" */
  readonly duration?: string;
  /**
   * Where `npm run secrets` and `npm run rotate` write it, unless they are told
   * otherwise; to `google` the stack writes it, when it is deployed.
   *
   * @default - `google` where the stack has a `tokenStore`; else `secrets` has
   * to be told, and `rotate` takes `env`
   */
  readonly store?: StoreName;
  /**
   * Paths that the token opens, such as `/api/queue`, each with the names below
   * it that docs/open-paths.md lets in; on the rest of the host it is refused. Access has one list of policies for
   * each application, so each path becomes an application of its own. Who may
   * reach the whole host reaches the path too, people with a login session of
   * its own: name paths that machines use, not those that a page in the browser
   * fetches by itself.
   *
   * @default - the whole host
   * @see https://developers.cloudflare.com/cloudflare-one/policies/access/app-paths/
   */
  readonly paths?: readonly string[];
  /** Rules that a request with the token must fit as well, such as `AccessRule.ip`. @default - none */
  readonly require?: readonly AccessRule[];
  /** Requests with the token that are refused nevertheless. @default - none */
  readonly exclude?: readonly AccessRule[];
  /** How long the session lasts that a machine gets with the first answer. @default - as long as a person's */
  readonly sessionDuration?: string;
  /** Whether it works: switched off, it is refused. @default - as it is in the account */
  readonly enabled?: boolean;
}

/**
 * A token of the account that the stack admits and never owns: made by hand, it
 * goes on working with the same pair, also after a destroy.
 */
export interface ExistingTokenProps extends Pick<
  ServiceTokenProps,
  "paths" | "require" | "exclude" | "sessionDuration"
> {
  /** Its id, or its client id. Names repeat, so none is taken. */
  readonly existing: string;
  /** What commands and promises call it. @default - as `existing` */
  readonly name?: string;
}

/** Where the stack itself keeps tokens. */
export interface TokenStoreChoice {
  /** Id of the Google Cloud project whose Secret Manager keeps them. */
  readonly googleProject: string;
}

export interface ServiceTokensProps {
  /** Name of the service's stack, by which the secrets are named. */
  readonly service: string;
  readonly accountId: string;
  /** The application of the whole host. */
  readonly app: AccessApp;
  /** Of the policies whose token says nothing else. @default - as the application has it */
  readonly sessionDuration?: string;
  readonly tokens: readonly (ServiceTokenProps | ExistingTokenProps)[];
  readonly tokenStore?: TokenStoreChoice;
  readonly openPaths: readonly string[];
  /** Rotations by names of tokens. */
  readonly rotations?: Rotations[string];
  /** Ids that parts of the stack or the application get later on. */
  readonly reserved: readonly string[];
  /** Makes the application of a path. */
  readonly pathApp: (path: string) => AccessApp;
}

export interface ServiceTokens {
  readonly tokens: readonly (NamedToken & {
    readonly policy: AdmittedToken;
    /** The versions in Google Secret Manager that hold its halves. */
    readonly held?: SecretNames;
  })[];
  /** Applications of the paths that tokens are limited to, by path. */
  readonly pathApps: ReadonlyMap<string, AccessApp>;
}

/** A token with the name by which this project knows it. */
export type NamedToken = ServiceTokenProps & { readonly existing?: string };

/** Makes the tokens of a service, and what limits some of them to paths. */
export function addServiceTokens(
  scope: Construct,
  props: ServiceTokensProps,
): ServiceTokens {
  const given = props.tokens.map((token): NamedToken =>
    "existing" in token ? { name: token.existing, ...token } : token,
  );
  // Its policy is a part of an application, by the same name.
  const canBeNamed = (name: string) =>
    isFree(scope, name) &&
    isFree(props.app, name) &&
    !props.reserved.some((one) => sameId(one, name));
  addFaults(scope, [
    ...tokenFaults(given, props),
    ...given.map(
      ({ name }) =>
        !canBeNamed(name) &&
        `the name of the token "${name}" is that of another part of this stack: give it another one, such as "${name}-api"`,
    ),
  ]);
  const { accountId, app, rotations } = props;
  // The faults say what else there is, of which nothing can be made.
  const usable = given.filter(
    ({ name, paths }, index) =>
      given.findIndex((one) => sameId(one.name, name)) === index &&
      canBeNamed(name) &&
      paths?.length !== 0 &&
      !paths?.some((path) => isOpen(path, props.openPaths)),
  );
  const paths = distinctPaths(
    [...new Set(usable.flatMap((token) => token.paths ?? []))],
    props.openPaths,
  );
  addFaults(scope, paths.faults);
  const pathApps = new Map(
    paths.usable.map((path) => [path, props.pathApp(path)]),
  );

  const keep = keeper(scope, props.tokenStore);
  const tokens = usable.map((token, index) => {
    const { existing, name, paths, store = defaultStore(props) } = token;
    const [first] = paths ?? [];
    const admitted = {
      accountId,
      app: (first !== undefined && pathApps.get(first)) || app,
      name,
      require: token.require,
      exclude: token.exclude,
      sessionDuration: token.sessionDuration ?? props.sessionDuration,
    };
    if (existing !== undefined) {
      const policy = new ExistingServiceToken(scope, name, {
        ...admitted,
        existing,
      });
      return { ...token, policy };
    }
    const rotation = rotations?.[name];
    const policy = new ServiceTokenPolicy(scope, name, {
      ...admitted,
      duration: token.duration,
      enabled: token.enabled,
      rotation: rotation && {
        version: rotation.version,
        previousExpiresAt: rotation.previousExpiresAt,
      },
    });
    const names = tokenVariables(props.service, name, index === 0);
    const held = store === "google" ? keep(policy, names) : undefined;
    return { ...token, store, policy, held };
  });
  // An application inherits nothing from the one of a wider path.
  for (const [path, pathApp] of pathApps)
    for (const token of tokens)
      if (
        token.paths?.[0] !== path &&
        (token.paths ?? [""]).some((wider) => isWithin(path, wider))
      )
        pathApp.addPolicy(token.policy.policy);
  return { tokens, pathApps };
}

/** Terraform's names have no other characters, and cdktf leaves them out. */
function sameId(one: string, other: string): boolean {
  const id = (name: string) => name.replace(/[^\w-]/g, "");
  return id(one) === id(other);
}

function defaultStore({ tokenStore }: ServiceTokensProps) {
  return tokenStore && ("google" as const);
}

/** Keeps tokens; makes the store for the first of them, and none for none. */
function keeper(scope: Construct, choice: TokenStoreChoice | undefined) {
  let store: TokenStore | undefined;
  return (
    token: ServiceTokenPolicy,
    names: SecretNames,
  ): SecretNames | undefined => {
    if (choice === undefined) return undefined;
    if (store === undefined) {
      const { PinnedGoogleProvider, TokenStore } = googleParts();
      new PinnedGoogleProvider(scope, "access-stacks:google-provider");
      store = new TokenStore(scope, "google_secrets", {
        project: choice.googleProject,
      });
    }
    return store.keep(token, names);
  };
}

function tokenFaults(
  tokens: readonly NamedToken[],
  { openPaths, tokenStore }: ServiceTokensProps,
): string[] {
  const names = tokens.map(({ name }) => name);
  const twice = new Set(
    names.filter((name, index) => names.indexOf(name) < index),
  );
  const alike = names.flatMap((name, index) => {
    const other = names.slice(0, index).find((one) => sameId(one, name));
    return other === undefined || other === name
      ? []
      : [
          `the tokens "${other}" and "${name}" would be one in Terraform: give one of them a name that differs in its letters, digits, "-" or "_"`,
        ];
  });
  return [
    ...[...twice].map(
      (name) => `two tokens are named "${name}": give each its own name`,
    ),
    ...alike,
    ...tokens.flatMap(ownedFaults),
    ...tokens.flatMap(({ name, paths, store }) => [
      ...(store === "google" && tokenStore === undefined
        ? [
            `the token "${name}" is to be kept in Google, and the stack has no Google Cloud project: set ACCESS_GOOGLE_PROJECT, or its tokenStore in main.ts`,
          ]
        : []),
      ...(paths?.length === 0
        ? [
            `the token "${name}" opens no path: name some in its paths, or leave them out for the whole host`,
          ]
        : []),
      ...(paths ?? [])
        .filter((path) => isOpen(path, openPaths))
        .map(
          (path) =>
            `the token "${name}" is limited to ${path}, which openPaths opens to everyone: take it out of one of them`,
        ),
    ]),
  ];
}

/** What can be said of a token only by the stack that makes it. */
function ownedFaults(token: NamedToken): string[] {
  if (token.existing === undefined) return [];
  return (["duration", "store", "enabled"] as const)
    .filter((prop) => token[prop] !== undefined)
    .map(
      (prop) =>
        `the token "${token.name}" is of the account (existing), and this stack never changes it: leave out its ${prop}`,
    );
}

function isOpen(path: string, openPaths: readonly string[]): boolean {
  return openPaths.some((open) => isWithin(path, open));
}

/** Whether a path is another one or lies below it; `""` is the whole host. */
function isWithin(path: string, wider: string): boolean {
  return path === wider || path.startsWith(`${wider}/`);
}
