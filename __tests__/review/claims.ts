import type { Identity } from "../../access/request";
import type { Account } from "../../local/account";
import type { Cell } from "../../review/matrix";
import type { Person } from "../../review/subjects";
import { arrivalOf, reaches, type Verdict } from "../../review/verdict";
import { edgeAnswer, type Asked } from "./edge-answer";
import { methodName } from "./hostile-methods";

/** What comes of a request, and to which service, as a cell says it. */
export function said(verdict: Verdict): string {
  if (verdict.outcome === "depends") return "depends";
  if (!reaches(verdict)) return "does not";
  const [at, tunnel] = JSON.parse(arrivalOf(verdict) ?? "[]") as unknown[];
  return `${verdict.outcome} ${String(at)}${typeof tunnel === "string" ? ` in ${tunnel}` : ""}`;
}

export function fits(said: string, seen: string): boolean {
  return said === "depends" || said === seen;
}

/** A request of a cell, but for what has an id that a deploy may change. */
type Candidate = Asked & {
  readonly tokenOf?: string;
  readonly methodOf?: string;
};

/** What is made by the change, by the name of its resource. */
const PLANNED = /^planned:.*\.(\w+)\.id$/;

/** Past so many facts a cell is not tried. */
const MOST_FACTS = 6;

/**
 * A change that a cell shows, with the requests that it may be about. They are
 * made before a deploy and once more after it.
 */
export class Claim {
  readonly #candidates: readonly Candidate[];
  readonly #before: readonly string[];
  /** Tokens and login methods that there are before the deploy. */
  readonly #old: ReadonlySet<string>;

  constructor(
    private readonly cell: Cell,
    private readonly account: Account,
  ) {
    this.#old = new Set([
      ...account.serviceTokens.keys(),
      ...account.identityProviders.keys(),
    ]);
    this.#candidates = candidatesOf(cell, account);
    this.#before = this.#candidates.map((one) => this.#ask(one));
  }

  /** What the edge says to the contrary, once the change is made. */
  contradiction(): string | undefined {
    const { after, before, place, subject } = this.cell;
    const answers = this.#candidates.map((one, at) => [
      this.#before[at]!,
      this.#ask(one),
    ]);
    const holds = answers.some(
      ([was = "", is = ""]) =>
        was !== is && fits(said(before), was) && fits(said(after), is),
    );
    return holds || answers.length === 0
      ? undefined
      : `${subject.label} at ${place.request.host}${place.request.path}: ${said(before)} -> ${said(after)} is shown (${before.reason} -> ${after.reason}); seen: ${[...new Set(answers.map((one) => one.join(" -> ")))].join("; ")}`;
  }

  #ask({ methodOf, tokenOf, ...given }: Candidate): string {
    const request = {
      ...given,
      identity: given.identity && this.#by(methodOf ?? "", given.identity),
    };
    if (tokenOf === undefined) return edgeAnswer(this.account, request);
    const name = PLANNED.exec(tokenOf)?.[1];
    const token = [...this.account.serviceTokens.values()].find((one) =>
      name === undefined
        ? one.id === tokenOf
        : one.name === name && !this.#old.has(one.id),
    );
    return edgeAnswer(this.account, {
      ...request,
      serviceToken: token
        ? { state: "valid", id: token.id }
        : { state: "invalid" },
    });
  }

  /** Logged in by a method; a method that is not there logs nobody in. */
  #by(method: string, identity: Identity): Identity | null {
    const type = PLANNED.exec(method)?.[1];
    const found = [...this.account.identityProviders.values()].find(
      ({ id, name }) =>
        type === undefined
          ? id === method
          : name === methodName(type) && !this.#old.has(id),
    );
    return found
      ? { ...identity, idp: { id: found.id, type: found.type } }
      : null;
  }
}

function candidatesOf(cell: Cell, account: Account): Candidate[] {
  const { after, before, place, subject } = cell;
  const { assumed, host, normalization = "rfc3986", path } = place.request;
  const facts = new Set([
    ...(before.dependsOn ?? []),
    ...(after.dependsOn ?? []),
  ]);
  // What hangs on no fact of a request can't be tried.
  const isOpen = [before, after].some(
    ({ dependsOn = [], outcome }) =>
      outcome === "depends" && dependsOn.length === 0,
  );
  const asked = [...facts].filter(
    (fact) => !["certificate", "country", "ip"].includes(fact),
  );
  if (assumed !== undefined || isOpen || asked.length > MOST_FACTS) return [];
  const base: Candidate = {
    host,
    path,
    normalization,
    ip: subject.from?.ip ?? "8.8.8.8",
    country: subject.from?.country ?? "US",
    identity: null,
    serviceToken: null,
    ...(subject.kind === "preflight" && { preflight: true }),
    ...(subject.kind === "token" && { tokenOf: subject.tokenId }),
  };
  const own = "email" in subject && subject.fact ? [subject.fact] : [];
  const people: Candidate[] =
    "email" in subject
      ? methodsOf(subject, account).map((method) => ({
          ...base,
          methodOf: method,
          identity: { email: subject.email, idp: { id: method, type: "" } },
        }))
      : [base];
  const certificates = facts.has("certificate")
    ? [null, ...["one", "two", "three"].map((commonName) => ({ commonName }))]
    : [null];
  return people.flatMap((one) =>
    certificates.flatMap((certificate) =>
      answersTo(asked.filter((fact) => !own.includes(fact))).map((known) => ({
        ...one,
        certificate,
        known: {
          ...known,
          ...Object.fromEntries(own.map((fact) => [fact, true])),
        },
      })),
    ),
  );
}

/** Ids of the login methods by which somebody may ask. */
function methodsOf({ method }: Person, account: Account): string[] {
  return method === undefined
    ? [...account.identityProviders.keys()]
    : [method];
}

function answersTo(facts: readonly string[]): Record<string, boolean>[] {
  return facts.reduce<Record<string, boolean>[]>(
    (all, fact) =>
      all.flatMap((one) =>
        [false, true].map((answer) => ({ ...one, [fact]: answer })),
      ),
    [{}],
  );
}
