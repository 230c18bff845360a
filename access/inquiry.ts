import type { Fact } from "./decision";
import { parseAddress, type Address } from "./ip";
import type { AccessRequest, Identity } from "./request";
import { NO, truth, UNKNOWN, YES, type Truth } from "./truth";

/** A fact that was asked for and not given, and every request in which it is given, one for each answer that makes a difference. */
export interface OpenFact {
  readonly fact: Fact;
  readonly answers: (request: AccessRequest) => readonly AccessRequest[];
}

/** A question to one request. */
export type Test = (inquiry: Inquiry) => Truth;

/** What is known about one request while its policies are looked at. */
export class Inquiry {
  /** The fact that made the last test come out as unknown. */
  open: OpenFact | undefined;
  /**
   * Who is logged in, as the policy at hand sees it: bypass and Service Auth
   * policies are looked at before anyone's identity is.
   */
  identity: Identity | null = null;
  /** Service token selectors count in Service Auth policies only. */
  acceptsServiceTokens = false;
  #address: Address | undefined;
  #email: string | undefined;

  constructor(readonly request: AccessRequest) {}

  /** Id of the valid service token that came along. */
  get serviceTokenId(): string | undefined {
    const token = this.request.serviceToken;
    return token?.state === "valid" ? token.id : undefined;
  }

  /** E-mail of the person in lower case. */
  get email(): string | undefined {
    if (this.identity === null) return undefined;
    this.#email ??= this.identity.email.toLowerCase();
    return this.#email;
  }

  /** @throws RangeError where the request's `ip` is no address. */
  get address(): Address | undefined {
    const { ip } = this.request;
    if (ip === undefined || this.#address !== undefined) return this.#address;
    this.#address = parseAddress(ip);
    if (this.#address !== undefined) return this.#address;
    throw new RangeError(
      `ip must be an IPv4 or IPv6 address such as "192.0.2.7", got "${ip}"`,
    );
  }

  /** Unknown, because of this fact. */
  lacks(open: OpenFact): Truth {
    this.open ??= open;
    return UNKNOWN;
  }
}

/** A fact with the answers yes and no, which the request may give in `known`. */
export function yesNoFact(fact: Fact): Test {
  const open: OpenFact = {
    fact,
    answers: (request) =>
      [true, false].map((answer) => ({
        ...request,
        known: { ...request.known, [fact.id]: answer },
      })),
  };
  return (inquiry) => {
    const answer = inquiry.request.known?.[fact.id];
    return answer === undefined ? inquiry.lacks(open) : truth(answer);
  };
}

/** Whether any test holds. */
export function any(tests: readonly Test[]): Test {
  return (inquiry) => {
    const before = inquiry.open;
    let result: Truth = NO;
    for (const test of tests) {
      const answer = test(inquiry);
      if (answer === YES) {
        inquiry.open = before;
        return YES;
      }
      if (answer === UNKNOWN) result = UNKNOWN;
    }
    return result;
  };
}

/** Whether all tests hold. */
export function all(tests: readonly Test[]): Test {
  return (inquiry) => {
    const before = inquiry.open;
    let result: Truth = YES;
    for (const test of tests) {
      const answer = test(inquiry);
      if (answer === NO) {
        inquiry.open = before;
        return NO;
      }
      if (answer === UNKNOWN) result = UNKNOWN;
    }
    return result;
  };
}
