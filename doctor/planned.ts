import { synthesized } from "../base/synthesized";
import { EXISTING_APPLICATION } from "../base/existing-application";
import { MANAGED_TUNNEL } from "../base/managed-tunnel";
import { TUNNEL_RECORD } from "../base/tunnel-record";
import { guestsIn, type DatedGuest } from "../contract/guests";
import { promisesIn, type AccessPromise } from "../contract/promises";
import {
  readPlannedService,
  type PlannedOutputs,
} from "../contract/service-outputs";
import type { ServiceNotes } from "../contract/service-notes";
import type { Own } from "../deployment/adoptable";
import {
  journalEntries,
  type JournalEntry,
} from "../deployment/journal-entries";
import { lookedUp, notesOf, outputsOf, ownObjects } from "../deployment/own";
import type { Stack } from "../deployment/stacks";
import { providerVersionOf } from "../deployment/kept-state";
import { readOutputs, readResources } from "../deployment/state";
import { isOneWay } from "../base/provider-versions";
import { writtenBy, type ProviderChange } from "../contract/written-by";
import type { StateResource } from "../deployment/terraform";
import type { IngressRule } from "../ingress/rule";
import type { HostRecord } from "../providers/dns-record/api";
import { recordsIn } from "../providers/dns-record/former";
import { plain } from "../providers/tunnel-route/json";
import { toRule } from "../providers/tunnel-route/route";
import type { ObjectValue } from "../terraform-plugin/value";

/** An object that a deploy makes, or has made: then its state has an id for it. */
interface Planned {
  readonly id?: string;
}

export interface PlannedApplication extends Planned {
  readonly name: string;
  /** Host with an optional path. */
  readonly domain: string;
  /** All hosts and paths that it is to be for. @default - `domain` alone */
  readonly places?: readonly string[];
  /** Id of the one that somebody made and the stack takes over. @default - it makes one */
  readonly existing?: string;
  /** What the state knows of that one. @default - it is not taken over */
  readonly state?: Readonly<Record<string, unknown>>;
}

export interface PlannedRoute extends Planned {
  /** What of the tunnel's rule the code states. */
  readonly rule: IngressRule & { readonly hostname: string };
  /** The whole rule as it was deployed. @default - it was not, or nothing tells */
  readonly deployed?: IngressRule;
  /** All that the state knows of it. @default - it is not deployed */
  readonly state?: ObjectValue;
  /** A destroy leaves no rule, by the state where it is deployed. @default - the one from before comes back */
  readonly leavesNone?: boolean;
  /** The same once the code is deployed. @default - as now */
  readonly leavesNoneNext?: boolean;
}

/** The DNS record of a host. */
export interface PlannedRecord extends Planned {
  /** What the code insists on. @default - nothing: the deploy looks whether it is there */
  readonly ownership?: string;
  /** Whether the stack made it. @default - the state has none */
  readonly made?: boolean;
  /** Those in whose place it stands. @default - there were none */
  readonly previous?: readonly HostRecord[];
}

/** What the stack of a service is about to have, as far as the doctor asks. */
export interface PlannedService extends PlannedOutputs {
  /** The stack's name. */
  readonly name: string;
  readonly hostname: string;
  readonly applications: readonly PlannedApplication[];
  readonly routes: readonly PlannedRoute[];
  readonly record?: PlannedRecord;
  /** Its guests, those whose day is over too. @default - none */
  readonly guests?: readonly DatedGuest[];
  /** Addresses and their endings that its code names for a login. @default - not known */
  readonly admits?: readonly string[];
  /** What its code promises. @default - nothing */
  readonly promises?: readonly AccessPromise[];
  /** What our own provider has noted of objects, be the state lost. @default - nothing */
  readonly noted?: readonly JournalEntry[];
  /** What its stack says to commands. @default - what it stands on has the settings' names */
  readonly notes?: ServiceNotes;
}

/** A group that a stack makes. */
export interface PlannedGroup extends Planned {
  /** The stack's name. */
  readonly stack: string;
  readonly name: string;
}

/** A login method that a stack makes. */
export interface PlannedLoginMethod extends Planned {
  /** The stack's name. */
  readonly stack: string;
  readonly name: string;
  readonly type: string;
  /** That of an OAuth client. */
  readonly clientId?: string;
  /** The Terraform variable of the client's secret, where the environment has no value for it. */
  readonly missingSecret?: string;
}

/** A tunnel that a stack makes. */
export interface PlannedTunnel extends Planned {
  /** The stack's name. */
  readonly stack: string;
  readonly name: string;
}

export interface Plans {
  readonly tunnels: readonly PlannedTunnel[];
  readonly services: readonly PlannedService[];
  readonly loginMethods: readonly PlannedLoginMethod[];
  readonly groups: readonly PlannedGroup[];
  /** Login methods that a stack without a service looks up. @default - none */
  readonly lookedUp?: readonly Omit<PlannedGroup, "id">[];
  /** Stacks whose state the version of Cloudflare's provider in the code refuses. @default - none */
  readonly newerStates?: readonly (ProviderChange & {
    readonly stack: string;
  })[];
}

/** Reads what synthesized stacks are to have, and what their states hold of it. */
export async function plansOf(
  stacks: readonly Stack[],
  env: NodeJS.ProcessEnv,
): Promise<Plans> {
  const noted = journalEntries(env);
  const services: PlannedService[] = [];
  const loginMethods: PlannedLoginMethod[] = [];
  const groups: PlannedGroup[] = [];
  const tunnels: PlannedTunnel[] = [];
  const newerStates: (ProviderChange & { stack: string })[] = [];
  const found: { stack: string; name: string }[] = [];
  for (const stack of stacks) {
    const state = asMoved(stack, await readResources(stack, { env }));
    if (state.some(({ type }) => type.startsWith("cloudflare_"))) {
      const from = writtenBy(await readOutputs(stack, { env }));
      const to = providerVersionOf(stack);
      if (isOneWay(to, from)) newerStates.push({ stack: stack.name, from, to });
    }
    const own = ownObjects(stack, state);
    const here = serviceIn(stack, own, { noted, state });
    services.push(...here);
    if (here.length === 0)
      found.push(
        ...lookedUp(stack, LOGIN_METHODS).map((name) => ({
          stack: stack.name,
          name,
        })),
      );
    loginMethods.push(...loginMethodsIn(stack.name, own, env));
    tunnels.push(
      ...ofType(own, MANAGED_TUNNEL).map(({ id, values }) => ({
        id,
        stack: stack.name,
        name: String(values.name),
      })),
    );
    groups.push(
      ...ofType(own, "cloudflare_zero_trust_access_group").map(
        ({ id, values }) => ({
          id,
          stack: stack.name,
          name: String(values.name),
        }),
      ),
    );
  }
  return {
    ...{ services, loginMethods, groups, tunnels, newerStates },
    lookedUp: found,
  };
}

const LOGIN_METHODS = "cloudflare_zero_trust_access_identity_providers";

function serviceIn(
  stack: Stack,
  own: readonly Own[],
  {
    noted,
    state,
  }: {
    readonly noted: readonly JournalEntry[];
    readonly state: readonly StateResource[];
  },
): PlannedService[] {
  const routes = ofType(own, "tunnel_route").map(({ address, id, values }) => {
    const inState = state.find((one) => one.address === address)?.values;
    const isDeployed = typeof inState?.service === "string";
    return {
      id,
      rule: {
        ...plain(toRule(values as ObjectValue)),
        hostname: String(values.hostname),
      },
      ...(isDeployed && {
        deployed: plain(toRule(inState as ObjectValue)),
        state: inState as ObjectValue,
      }),
      ...onDestroyOf(values, isDeployed ? inState : undefined),
    };
  });
  const [route] = routes;
  if (!route) return [];
  const outputs = outputsOf(stack);
  const planned = readPlannedService(outputs);
  if (!planned) return [];
  const applications = ofType(own, "cloudflare_zero_trust_access_application");
  const existing = ofType(own, EXISTING_APPLICATION);
  const [record] = ofType(own, TUNNEL_RECORD);
  return [
    {
      name: stack.name,
      hostname: route.rule.hostname,
      ...planned,
      promises: promisesIn(outputs),
      applications: [
        ...applications.map(({ id, values }) => ({
          id,
          name: String(values.name),
          domain: String(values.domain),
          places: placesOf(values.destinations),
        })),
        ...existing.map(({ address, id, values }) => ({
          id,
          state: state.find((one) => one.address === address)?.values,
          name: String(values.app_id),
          domain: String(values.hostname),
          existing: String(values.app_id),
        })),
      ],
      routes,
      admits: admittedBy(own),
      guests: guestsIn(outputsOf(stack)),
      record: record && recordIn(record, state),
      notes: notesOf(stack),
      noted,
    },
  ];
}

/**
 * What a destroy leaves of a rule, and what it will once the code is deployed.
 *
 * @param state what is deployed of it @default - nothing is
 */
export function onDestroyOf(
  { on_destroy: coded }: Own["values"],
  state?: Own["values"],
): Pick<PlannedRoute, "leavesNone" | "leavesNoneNext"> {
  const next = coded === "remove";
  const now = state ? state.on_destroy === "remove" : next;
  return {
    ...(now && { leavesNone: now }),
    ...(now !== next && { leavesNoneNext: next }),
  };
}

function placesOf(destinations: unknown): string[] | undefined {
  return Array.isArray(destinations)
    ? (destinations as { uri?: unknown }[]).map(({ uri }) => String(uri))
    : undefined;
}

/** What the Allow policies of a stack name of people. */
function admittedBy(own: readonly Own[]): string[] {
  return ofType(own, "cloudflare_zero_trust_access_policy")
    .filter(({ values }) => values.decision === "allow")
    .flatMap(
      ({ values }) =>
        (values.include as readonly NamedPeople[] | undefined) ?? [],
    )
    .flatMap(({ email, email_domain: ending }) => [
      email?.email ?? [],
      ending?.domain ?? [],
    ])
    .flat();
}

interface NamedPeople {
  readonly email?: { readonly email?: string };
  readonly email_domain?: { readonly domain?: string };
}

/** A state's resources by the addresses to which the code moves them. */
function asMoved(
  stack: Stack,
  state: readonly StateResource[],
): StateResource[] {
  const { moved = [] } = synthesized<{
    moved?: readonly { readonly from: string; readonly to: string }[];
  }>(stack);
  return state.map((one) => ({
    ...one,
    address: moved.find(({ from }) => from === one.address)?.to ?? one.address,
  }));
}

/** States from before have it as a resource of Cloudflare's, which has no `made`. */
function recordIn(
  { address, id, values }: Own,
  state: readonly StateResource[],
): PlannedRecord {
  const known = state.find((one) => one.address === address);
  return {
    id,
    ...(known && {
      made: known.values.made !== false,
      previous: recordsIn(known.values.previous),
    }),
    ...(values.ownership !== undefined && {
      ownership: String(values.ownership),
    }),
  };
}

function loginMethodsIn(
  stack: string,
  own: readonly Own[],
  env: NodeJS.ProcessEnv,
): PlannedLoginMethod[] {
  const pins = ofType(own, "tunnel_one_time_pin").map(({ id, values }) => ({
    id,
    stack,
    name: String(values.name),
    type: "onetimepin",
  }));
  const others = ofType(
    own,
    "cloudflare_zero_trust_access_identity_provider",
  ).map(({ id, values }) => {
    const { client_id: clientId, client_secret: secret = "" } =
      (values.config ?? {}) as { client_id?: string; client_secret?: string };
    const variable = /^\$\{var\.([\w-]+)\}$/.exec(secret)?.[1];
    return {
      id,
      stack,
      name: String(values.name),
      type: String(values.type),
      clientId,
      ...(variable &&
        !env[`TF_VAR_${variable}`] && { missingSecret: variable }),
    };
  });
  return [...pins, ...others];
}

function ofType(own: readonly Own[], type: string): Own[] {
  return own.filter((object) => object.type === type);
}
