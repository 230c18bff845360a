import { compile, type CompiledAccount } from "../access/decide";
import type { Application, Policy } from "../access/model";
import type { AccessPromise } from "../contract/promises";
import type { Change } from "./change";
import type { Caller, Judge, Spot } from "./judge";
import { subjectsOf } from "./subjects";
import { reaches } from "./verdict";
import { waysOf, type Circumstances } from "./ways";
import { isWithin, pathOf } from "./within";
import { quoted } from "../base/quoted";

/** Policies that an owner means to let people or machines in, by promises of their names. */
export class MeantPolicies {
  readonly #alone = new Map<Policy, CompiledAccount>();

  /** Their names. */
  readonly names: ReadonlySet<string>;

  constructor(
    private readonly change: Change,
    private readonly promises: readonly AccessPromise[],
    readonly circumstances: Circumstances,
  ) {
    this.names = new Set(
      promises.flatMap(({ who }) => (who.kind === "policy" ? who.name : [])),
    );
  }

  /** Those that are promised at a spot and are there. */
  at(spot: Spot): Policy[] {
    return this.promises.flatMap(({ paths, who }) =>
      who.kind === "policy" && isWithin(spot.request, paths)
        ? (this.#named(who.name, spot.application) ?? [])
        : [],
    );
  }

  /** Those of an application that are promised for every path. */
  everywhere(application: Application | undefined): Policy[] {
    return this.promises.flatMap(({ paths, who }) =>
      who.kind === "policy" && paths.some((path) => pathOf(path) === "")
        ? (this.#named(who.name, application) ?? [])
        : [],
    );
  }

  /** Every policy of an application that lets somebody in. */
  admitting(application: Application | undefined): Policy[] {
    return this.of(application).filter(
      ({ decision }) => decision === "allow" || decision === "non_identity",
    );
  }

  /** The policies of an application; of those that nobody knows, only the id. */
  of(application: Application | undefined): Policy[] {
    const all = this.change.after.access.policies ?? [];
    return (application?.policies ?? []).map((given) => {
      const stated: Policy = typeof given === "string" ? { id: given } : given;
      return stated.decision
        ? stated
        : (all.find(({ id }) => id && id === stated.id) ?? stated);
    });
  }

  /** What a policy alone would say to somebody. */
  decide(policy: Policy, host: string, caller: Caller) {
    let alone = this.#alone.get(policy);
    if (!alone) {
      alone = compile({
        ...this.change.after.access,
        applications: [
          { type: "self_hosted", domain: host, policies: [policy] },
        ],
      });
      this.#alone.set(policy, alone);
    }
    return alone.decide({ host, path: "/", ...caller }).outcome;
  }

  /** Why nobody comes to a spot by a policy of a name; undefined where somebody does. */
  whyNot(name: string, spot: Spot, judge: Judge): string | undefined {
    const policy = this.#named(name, spot.application);
    if (!policy) {
      const named = this.of(spot.application).filter(
        (one) => one.name === name,
      );
      return named.length === 1
        ? `The policy ${quoted(name)} is neither an Allow nor a Service Auth policy, as a promised one has to be`
        : `The application that covers it has ${named.length === 0 ? "no policy" : "more than one policy"} named ${quoted(name)}`;
    }
    const ways = subjectsOf(this.change).flatMap((subject) =>
      waysOf(subject, judge, spot, this.circumstances).flatMap(
        ({ caller, verdict }) => {
          const alone = this.decide(policy, spot.request.host, caller);
          return alone === "pass" || alone === "depends"
            ? [{ alone, verdict }]
            : [];
        },
      ),
    );
    const holds = ways.some(
      ({ alone, verdict }) =>
        reaches(verdict) ||
        // It hangs on what the policy itself asks for.
        (alone === "depends" && verdict.outcome === "depends"),
    );
    return holds
      ? undefined
      : (ways[0]?.verdict.reason ?? `The policy ${quoted(name)} admits nobody`);
  }

  /** None where two of the name could be meant. */
  #named(
    name: string,
    application: Application | undefined,
  ): Policy | undefined {
    const [policy, ...others] = this.of(application).filter(
      (one) => one.name === name,
    );
    return others.length === 0 && this.admitting(application).includes(policy!)
      ? policy
      : undefined;
  }
}
