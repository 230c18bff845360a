import { isIP } from "node:net";
import { compile, type CompiledAccount } from "../access/decide";
import type { Decision, Passage } from "../access/decision";
import type { AccessAccount, Policy } from "../access/model";
import type { AccessRequest } from "../access/request";

/** Someone who logs in, as far as it is known. */
export interface Visitor {
  readonly email: string;
  /** Kind of the login method, for example `google`. @default - any of the account's */
  readonly connection?: string;
  readonly ip?: string;
  /** Two letters. */
  readonly country?: string;
}

/** What today's policies do with someone. */
export interface Verdict {
  readonly admitted: "yes" | "no" | "depends";
  /** How someone who is admitted comes in. */
  readonly how?: Passage;
  /** One sentence, with the policy that decides. */
  readonly reason: string;
  /** The one that admits. @default - none does, or all that is known is the reason */
  readonly policy?: Policy;
}

const FURTHEST_FIRST: readonly Decision["outcome"][] = [
  "pass",
  "depends",
  "identity_denied",
];

/** Judges people by the policies that an account has at present. */
export class TodaysPolicies {
  readonly #compiled: CompiledAccount;

  constructor(readonly account: AccessAccount) {
    this.#compiled = compile(account);
  }

  /**
   * What becomes of someone at a host. Where several login methods come into
   * question, the one that gets them furthest.
   *
   * @param at host, with a path where one is meant
   */
  judge(at: string, visitor: Visitor): Verdict {
    const decisions = this.#methods(visitor.connection).map((idp) =>
      this.#decide(at, visitor, idp),
    );
    const furthest = FURTHEST_FIRST.map((outcome) =>
      decisions.find((decision) => decision.outcome === outcome),
    ).find((decision) => decision !== undefined);
    const decision = furthest ?? decisions[0];
    return decision
      ? verdict(decision)
      : { admitted: "no", reason: "the account has no login method" };
  }

  /** What becomes of a service token that is in order. */
  judgeToken(at: string, id: string, from: Omit<Visitor, "email">): Verdict {
    return verdict(
      this.#compiled.decide({
        ...request(at, from),
        serviceToken: { state: "valid", id },
      }),
    );
  }

  #methods(connection: string | undefined): { id: string; type: string }[] {
    const all = (this.account.identity_providers ?? []).map(({ id, type }) => ({
      id: id ?? "",
      type: type ?? "",
    }));
    const meant = all.filter(({ type }) => type === connection);
    return meant.length > 0 ? meant : all;
  }

  #decide(
    at: string,
    visitor: Visitor,
    idp: { id: string; type: string },
  ): Decision {
    const { email } = visitor;
    return this.#compiled.decide({
      ...request(at, visitor),
      identity: { email, idp },
    });
  }
}

function request(
  at: string,
  { country, ip }: Pick<Visitor, "country" | "ip">,
): AccessRequest {
  const slash = at.indexOf("/");
  return {
    host: slash === -1 ? at : at.slice(0, slash),
    path: slash === -1 ? "/" : at.slice(slash),
    linkedAppToken: null,
    ...(ip && isIP(ip) && { ip }),
    ...(country && { country }),
  };
}

function verdict(decision: Decision): Verdict {
  const { outcome, reason } = decision;
  if (outcome === "depends") return { admitted: "depends", reason };
  return outcome === "pass"
    ? { admitted: "yes", how: decision.how, reason, policy: decision.policy }
    : { admitted: "no", reason };
}
