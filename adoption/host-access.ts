import { publicDestinations } from "../access/match-application";
import type {
  AccessAccount,
  Application,
  Group,
  Policy,
  Rule,
  RuleSet,
} from "../access/model";
import { hostMatcher, parseUri } from "../access/path-pattern";
import { keyOf } from "../access/whole-host";
import { EXISTING_APPLICATION } from "../base/existing-application";
import type { LoginMethod } from "../account/objects";
import type { AccountState, ServiceToken, Tunnel } from "../review/change";
import { tunnelName } from "../dns/tunnel-name";
import { leftOf } from "../review/given-back";
import { matrixOf, type Cell } from "../review/matrix";
import { parseJson, plain } from "../providers/tunnel-route/json";
import { hostTunnel, isAnswered } from "./host-rules";
import { loginMethodNamed } from "./login-method";
import {
  GROUPS,
  LOGIN_METHODS,
  objectsOf,
  plannedGroups,
  TOKENS,
  type Named,
} from "./references";
import type { Scene } from "./survey";

/** A token of the account that a stack admits, and the rules that narrow it. */
export interface TokenEntry {
  readonly existing: string;
  /** What the code calls it. @default - it does not name it */
  readonly name?: string;
  readonly require: readonly Rule[];
  readonly exclude: readonly Rule[];
}

/** The rules of one policy, all lists of it there. */
export type Rules = Required<{
  readonly [K in keyof RuleSet]: readonly Rule[];
}> & { readonly approval?: Pick<Policy, "id" | "approval_required"> };

/** Whom the code of a stack lets in. */
export interface Stated {
  readonly people: Rules;
  readonly tokens: readonly TokenEntry[];
  /** Ids of login methods. */
  readonly loginMethods: readonly string[];
}

/** Who gets in at a host, as it is and as code makes it. */
export interface HostAccess {
  /** What the code states so far. */
  readonly stated: Stated;
  readonly tokens: readonly ServiceToken[];
  readonly groups: readonly Group[];
  readonly loginMethods: readonly {
    readonly id: string;
    readonly name: string;
    readonly type: string;
  }[];
  /** Whether a service answers for the host today. */
  readonly isAnswered: boolean;
  /** With these policies of the application that decides today. */
  before(policies: readonly Policy[]): AccountState;
  /** The same where the tunnel's rule lets everyone pass: by Access alone. */
  byAccess(policies: readonly Policy[]): AccountState;
  after(stated: Stated): AccountState;
}

/**
 * @param application the one that decides for the whole host today; one without
 * an id where none does
 * @param isApart whether the stack makes an application of its own next to this one
 */
export async function hostAccess(
  scene: Scene,
  application: Application,
  isApart: boolean,
): Promise<HostAccess> {
  const { account, own, service } = scene;
  const { hostname } = service;
  const [
    applications,
    groups,
    methods,
    reusable,
    tokens,
    organization,
    tunnel,
  ] = await Promise.all([
    account.applications(),
    account.groups(),
    account.loginMethods(),
    account.policies(),
    account.serviceTokens() as Promise<readonly ServiceToken[]>,
    account.organization(),
    hostTunnel(scene),
  ]);
  const named: Named = {
    [GROUPS]: groups.map((one) => ({ ...one })),
    [LOGIN_METHODS]: methods.map((one) => ({ ...one })),
    [TOKENS]: tokens.map((one) => ({ ...one })),
  };
  const policies = withTokenIds(
    objectsOf(own, "cloudflare_zero_trust_access_policy", named) as ReadonlyMap<
      string,
      Policy
    >,
    own,
  );
  const [peopleAddress = ""] =
    [...policies].find(([, { decision }]) => decision === "allow") ?? [];
  const people = policies.get(peopleAddress);
  const tokenOf = ({ include }: Policy) =>
    include?.flatMap(({ service_token: token }) =>
      textIn(token, "token_id"),
    )[0];
  const existing = new Set(tokens.map(({ id }) => id));
  const main = whole(own, hostname, named);
  // Those that are looked up; one that the stack makes is nobody's yet.
  const admitted = [...policies].flatMap(([address, policy]) => {
    const token = tokenOf(policy);
    return token !== undefined &&
      existing.has(token) &&
      main.policies.includes(address)
      ? [{ address, token, policy }]
      : [];
  });
  // An approval is the same whichever policy asks for it.
  const approving = policiesOf(application).find(
    (policy) => policy.approval_required === true,
  );
  const stated: Stated = {
    people: {
      ...listsOf(people ?? {}),
      ...(people?.approval_required === true && {
        approval: { id: approving?.id, approval_required: true },
      }),
    },
    tokens: admitted.map(({ policy, token }) => ({
      existing: token,
      name: policy.name?.replace(/ \(service token\)$/, ""),
      ...listsOf(policy),
    })),
    loginMethods: loginMethodsOf(scene, methods),
  };
  const covering = applications.flatMap((one) => onHost(one, hostname) ?? []);
  const known = {
    access: {
      ...{ applications, groups, organization, policies: reusable },
      ...{ identity_providers: methods, service_tokens: tokens },
    },
  };
  /** Those that stay next to the stack's: of its own, one that the code has no more goes, or is given back. */
  const beside = covering.flatMap((one): Application[] => {
    const left = scene.leaving.find(
      ({ type, values }) =>
        one.id ===
        (type === EXISTING_APPLICATION ? values["app_id"] : values["id"]),
    );
    if (left === undefined) return [one];
    if (left.type !== EXISTING_APPLICATION) return [];
    return [onHost(leftOf(left.values, known) ?? one, hostname) ?? []].flat();
  });
  const access = (
    list: readonly Application[],
    rules?: Tunnel,
    more: readonly Group[] = [],
  ): AccountState => ({
    access: {
      applications: list,
      policies: reusable,
      groups: [...groupsNamed(list, groups), ...more],
      identity_providers: methods,
      service_tokens: tokens,
      organization,
    } satisfies AccessAccount,
    tokens,
    tunnels: rules ? [rules] : [],
    // Its record is another row: here it leads to the tunnel, or to what answers.
    records: [
      {
        id: "",
        name: hostname,
        ...(rules
          ? { type: "CNAME", content: tunnelName(rules.id) }
          : { type: "A", content: "192.0.2.1" }),
        proxied: true,
      },
    ],
    zones: [],
  });
  const withPolicies = (instead: readonly Policy[]) =>
    covering.map((one) =>
      one.id === application.id ? { ...one, policies: instead } : one,
    );
  const { statedApplication = "{}" } = service.notes ?? {};
  const statedSettings = plain(
    parseJson(statedApplication),
  ) as Partial<Application>;
  const onPaths = pathsOf(own, hostname, named, applications);
  const heldOnPaths = new Set(onPaths.flatMap(({ held }) => held?.id ?? []));
  return {
    stated,
    tokens,
    groups,
    loginMethods: methods.map(({ id = "", name, type }) => ({
      id,
      name,
      type,
    })),
    isAnswered: tunnel === undefined || isAnswered(tunnel.before, hostname),
    before: (instead) => access(withPolicies(instead), tunnel?.before),
    byAccess: (instead) => access(withPolicies(instead)),
    after: (code) => {
      const ofPeople: Policy = {
        ...code.people.approval,
        name: people?.name ?? "people",
        decision: "allow",
        ...listsOf(code.people),
      };
      const listed = (addresses: readonly string[]) =>
        addresses.flatMap((address): Policy[] => {
          if (address === peopleAddress) return [ofPeople];
          const policy = policies.get(address);
          return policy === undefined ||
            admitted.some((one) => one.address === address)
            ? []
            : [policy];
        });
      const inside = isApart ? [] : policiesOf(application).filter(isInside);
      const entries = code.tokens.map(
        ({ exclude, existing: token, require }): Policy => ({
          name: "the stack's policy for the token",
          decision: "non_identity",
          include: [{ service_token: { token_id: token } }],
          require,
          exclude,
        }),
      );
      const decides = {
        ...(isApart
          ? { ...main.values, aud: main.address }
          : { ...application, ...statedSettings, destinations: null }),
        id: isApart ? "planned" : application.id,
        domain: hostname,
        allowed_idps: code.loginMethods,
        policies: inOrder([...inside, ...entries, ...listed(main.policies)]),
      };
      const madeOnPaths = onPaths.map(
        ({ address, held, policies: addresses, values }): Application => ({
          aud: address,
          domain: String(values["domain"]),
          name: String(values["name"]),
          ...held,
          ...(plain(parseJson(String(values["settings"] ?? "{}"))) as object),
          allowed_idps: code.loginMethods,
          policies: inOrder([
            ...(held ? policiesOf(held).filter(isInside) : []),
            // A path that people log in to takes the whole host's tokens as well.
            ...(addresses.includes(peopleAddress) ? entries : []),
            ...listed(addresses),
          ]),
        }),
      );
      return access(
        [
          ...beside.filter(
            ({ id }) =>
              (isApart || id !== application.id) && !heldOnPaths.has(id ?? ""),
          ),
          decides,
          ...madeOnPaths,
        ],
        tunnel?.after((address) => {
          const held = onPaths.find((one) => one.address === address)?.held;
          return address === main.address && !isApart
            ? (application.aud ?? undefined)
            : (held?.aud ?? address);
        }),
        plannedGroups(scene.others, named) as Group[],
      );
    },
  };
}

/** What is other than before, at the host. */
export function turns(
  before: AccountState,
  after: AccountState,
  hostname: string,
): Cell[] {
  const { cells } = matrixOf({ before, after, plans: [] }, new Date());
  return cells.filter(
    ({ place, turn }) => turn !== "same" && place.host === hostname,
  );
}

/** Policies with ids of the stack's own tokens, as far as they are made. */
function withTokenIds(
  policies: ReadonlyMap<string, Policy>,
  own: Scene["own"],
): ReadonlyMap<string, Policy> {
  const idOf = (rule: Rule): Rule => {
    const [address] = textIn(rule.service_token, "token_id");
    const id = own.find((one) => one.address === address)?.id;
    return id === undefined ? rule : { service_token: { token_id: id } };
  };
  return new Map(
    [...policies].map(([address, policy]) => [
      address,
      { ...policy, include: policy.include?.map(idOf) },
    ]),
  );
}

/** The stack's application for the whole host, with the addresses of its policies. */
function whole(own: Scene["own"], hostname: string, named: Named) {
  const existing = [...objectsOf(own, EXISTING_APPLICATION, named)].find(
    ([, values]) => values["hostname"] === hostname,
  );
  const made = [
    ...objectsOf(own, "cloudflare_zero_trust_access_application", named),
  ].find(([, values]) => values["domain"] === hostname);
  const [address = "", values] = existing ?? made ?? [];
  return {
    address,
    values: made?.[1] ?? {},
    policies: listedIn(values?.["policies"]),
  };
}

/** The stack's applications of paths, each with the one that the account has there. */
function pathsOf(
  own: Scene["own"],
  hostname: string,
  named: Named,
  all: readonly Application[],
) {
  return [
    ...objectsOf(own, EXISTING_APPLICATION, named),
    ...objectsOf(own, "cloudflare_zero_trust_access_application", named),
  ].flatMap(([address, values]) => {
    const place = String(
      values["app_id"] ? values["hostname"] : values["domain"],
    );
    if (place === hostname) return [];
    const held = all.find((one) =>
      values["app_id"]
        ? one.id === values["app_id"]
        : publicDestinations(one).length === 1 &&
          publicDestinations(one).every(
            ({ uri }) => keyOf(uri ?? "") === keyOf(place),
          ),
    );
    return [{ address, held, values, policies: listedIn(values["policies"]) }];
  });
}

function listedIn(policies: unknown): string[] {
  return (Array.isArray(policies) ? policies : []).map((one: unknown) =>
    typeof one === "string" ? one : String(textIn(one as object, "id")[0]),
  );
}

/** With the order in which they are given. */
export function inOrder(policies: readonly Policy[]): Policy[] {
  return policies.map((policy, index) => ({
    ...policy,
    precedence: index + 1,
  }));
}

export function listsOf({ exclude, include, require }: RuleSet): Rules {
  return {
    include: include ?? [],
    require: require ?? [],
    exclude: exclude ?? [],
  };
}

/** Whether a policy was written inside its application, where it stays. */
export function isInside(policy: Policy): boolean {
  return !("reusable" in policy && policy.reusable === true);
}

export function policiesOf({ policies }: Application): readonly Policy[] {
  return (policies ?? []).filter((policy) => typeof policy !== "string");
}

/** Ids of the login methods that the code names, as far as the account has them. */
function loginMethodsOf(
  { plans, service }: Scene,
  all: readonly LoginMethod[],
): string[] {
  return (service.notes?.loginMethods ?? []).map(
    (name) => loginMethodNamed(name, all, plans)?.id ?? `planned ${name}`,
  );
}

/** An application as far as it is about one host. */
function onHost(
  application: Application,
  hostname: string,
): Application | undefined {
  const destinations = publicDestinations(application).filter(({ uri }) =>
    hostMatcher(parseUri(uri ?? "").host)(hostname),
  );
  return destinations.length === 0
    ? undefined
    : { ...application, destinations };
}

/** The groups that applications name, and those that these name in turn. */
function groupsNamed(
  applications: readonly Application[],
  groups: readonly Group[],
): Group[] {
  return groupsIn(applications.flatMap(policiesOf), groups);
}

/** The groups that policies name, and those that these name in turn. */
export function groupsIn(
  listed: readonly RuleSet[],
  groups: readonly Group[],
): Group[] {
  const found = new Set<Group>();
  const add = (by: RuleSet) => {
    for (const group of groups)
      if (!found.has(group) && names(by, "group", group.id)) {
        found.add(group);
        add(group);
      }
  };
  listed.forEach(add);
  return [...found];
}

/** Whether a policy or group names an object by its id in one of its rules. */
export function names(
  { exclude, include, require }: RuleSet,
  selector: "group" | "service_token",
  id: string | null | undefined,
): boolean {
  const field = selector === "group" ? "id" : "token_id";
  return [include, require, exclude].some((rules) =>
    rules?.some((rule) => textIn(rule[selector], field)[0] === id),
  );
}

function textIn(value: object | null | undefined, field: string): string[] {
  const text: unknown = value && Reflect.get(value, field);
  return typeof text === "string" ? [text] : [];
}
