import type { Matrix } from "../review/matrix";
import { HOST_TYPES } from "../dns/record";
import { readPlannedService } from "../contract/service-outputs";
import { compile, type CompiledAccount } from "../access/decide";
import { publicDestinations } from "../access/match-application";
import type { Application, Group, Policy } from "../access/model";
import { parseUri } from "../access/path-pattern";
import {
  resourcesOf,
  type AccountState,
  type Change,
  type DnsRecord,
  type Kinds,
  type Plan,
  type PlannedResource,
  type Route,
  type ServiceToken,
} from "../review/change";

/** An application that a stack will have. */
interface ManagedApplication {
  readonly stack: string;
  readonly application: Application;
  /** What it covers: hosts, each with a path where it has one. */
  readonly uris: readonly string[];
  /** Its policies, with what reusable ones say. */
  readonly policies: readonly Policy[];
  /** Attributes that nobody can tell before the deploy. */
  readonly unknown: readonly string[];
}

/** What is known besides a change. */
export interface Known {
  /** Id of the Google Cloud project that keeps secrets. @default - none is set */
  readonly secretStore?: string;
  /** Who reaches what. @default - it is not known, and what needs it is not looked at */
  readonly matrix?: Matrix;
}

/**
 * What the stacks of a change will have once it is deployed. What the account
 * has beside them is nobody's here to answer for, and only helps to decide.
 */
export class Managed {
  readonly plans: readonly Plan[];
  readonly after: AccountState;
  readonly applications: readonly ManagedApplication[];
  readonly #access: CompiledAccount;
  readonly #groups: ReadonlyMap<string, Group>;

  readonly secretStore: string | undefined;
  readonly matrix: Matrix | undefined;

  constructor(
    readonly change: Change,
    { matrix, secretStore }: Known = {},
  ) {
    this.matrix = matrix;
    this.secretStore = secretStore;
    this.plans = change.plans;
    this.after = change.after;
    this.#access = compile(change.after.access);
    this.#groups = new Map(
      (change.after.access.groups ?? []).map((group) => [
        group.id ?? "",
        group,
      ]),
    );
    this.applications = this.of("application").map(
      ({ after, stack, unknown }) => ({
        stack,
        application: after,
        unknown,
        uris: publicDestinations(after).map(({ uri }) => uri ?? ""),
        policies: this.#policies(after),
      }),
    );
  }

  get routes(): readonly { stack: string; after: Route }[] {
    return this.of("route");
  }

  get tokens(): readonly { stack: string; after: ServiceToken }[] {
    return this.of("service_token");
  }

  get records(): readonly { stack: string; after: DnsRecord }[] {
    return this.of("dns_record");
  }

  /** What the stacks will have of a kind. */
  of<K extends keyof Kinds>(
    kind: K,
  ): (PlannedResource<K> & { readonly after: Kinds[K] })[] {
    return resourcesOf(this.plans, kind).flatMap((one) =>
      one.after === undefined ? [] : [{ ...one, after: one.after }],
    );
  }

  /** The hosts of each stack, by its routes, records and applications. */
  get hosts(): readonly { stack: string; host: string }[] {
    const found = [
      ...this.routes.map(({ after, stack }) => ({
        stack,
        host: after.hostname,
      })),
      ...this.records
        .filter(({ after }) => HOST_TYPES.includes(after.type))
        .map(({ after, stack }) => ({ stack, host: after.name })),
      ...this.applications.flatMap(({ stack, uris }) =>
        uris.map((uri) => ({ stack, host: parseUri(uri).host })),
      ),
    ];
    const unique = found.map(
      (one) => [`${one.stack} ${one.host}`, one] as const,
    );
    return [...new Map(unique).values()];
  }

  /** Paths that a stack says are to be open to everyone. */
  openPaths(stack: string): readonly string[] {
    const plan = this.plans.find((one) => one.stack === stack);
    return readPlannedService(plan?.outputs ?? {})?.openPaths ?? [];
  }

  group(id: string): Group | undefined {
    return this.#groups.get(id);
  }

  /** How a stranger without login or token comes through Access, where they do. */
  strangerAt(host: string, path = "/") {
    const decision = this.#access.decide({
      host,
      path,
      identity: null,
      serviceToken: null,
    });
    return decision.outcome === "pass" ? decision.how : undefined;
  }

  #policies({ policies }: Application): Policy[] {
    const reusable = this.after.access.policies ?? [];
    return (policies ?? []).flatMap((policy) => {
      const id = typeof policy === "string" ? policy : policy.id;
      if (typeof policy !== "string" && policy.decision) return [policy];
      return reusable.find((one) => one.id === id) ?? [];
    });
  }
}
