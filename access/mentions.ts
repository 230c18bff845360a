import type { Inquiry, OpenFact, Test } from "./inquiry";
import {
  contains,
  formatAddress,
  representatives,
  type Address,
  type AddressRange,
} from "./ip";
import type { AccessRequest } from "./request";
import { truth } from "./truth";

/** Stands for every value that no rule mentions. */
const OTHER = "(other)";

/**
 * The tests of one application that look at the request itself, and what they
 * mention: where, say, the country is not known, the countries mentioned and
 * any other one are all the cases there are.
 */
export class Mentions {
  readonly #countries = new Set<string>();
  readonly #ranges: AddressRange[] = [];
  #addresses: readonly string[] | undefined;
  readonly #commonNames = new Set<string>();
  readonly #linkedApps = new Set<string>();

  readonly #country: OpenFact = {
    fact: { id: "country", text: "the country of the client" },
    answers: (request) =>
      [...this.#countries, OTHER].map((country) => ({ ...request, country })),
  };

  readonly #ip: OpenFact = {
    fact: { id: "ip", text: "the IP address of the client" },
    answers: (request) =>
      this.#everyKindOfAddress().map((ip) => ({ ...request, ip })),
  };

  readonly #certificate: OpenFact = {
    fact: { id: "certificate", text: "the client certificate" },
    answers: (request) => [
      { ...request, certificate: null },
      ...[...this.#commonNames, OTHER].map((commonName) => ({
        ...request,
        certificate: { commonName },
      })),
    ],
  };

  readonly #linkedApp: OpenFact = {
    fact: { id: "linked_app_token", text: "the linked app token" },
    answers: (request) =>
      [...this.#linkedApps, null].map((linkedAppToken) => ({
        ...request,
        linkedAppToken,
      })),
  };

  country(code: string): Test {
    this.#countries.add(code);
    return given(
      ({ country }) => country,
      this.#country,
      (country) => country.toUpperCase() === code,
    );
  }

  /** Whether the client's address is in one of the ranges. */
  ranges(ranges: readonly AddressRange[]): Test {
    this.#ranges.push(...ranges);
    this.#addresses = undefined;
    const isIn = (address: Address) =>
      ranges.some((range) => contains(range, address));
    return (inquiry) =>
      inquiry.address === undefined
        ? inquiry.lacks(this.#ip)
        : truth(isIn(inquiry.address));
  }

  #everyKindOfAddress(): readonly string[] {
    this.#addresses ??= representatives(this.#ranges).map(formatAddress);
    return this.#addresses;
  }

  anyCertificate(): Test {
    return given(
      ({ certificate }) => certificate,
      this.#certificate,
      (certificate) => certificate !== null,
    );
  }

  commonName(name: string): Test {
    this.#commonNames.add(name);
    return given(
      ({ certificate }) => certificate,
      this.#certificate,
      (certificate) => certificate?.commonName === name,
    );
  }

  linkedApp(id: string): Test {
    this.#linkedApps.add(id);
    return given(
      ({ linkedAppToken }) => linkedAppToken,
      this.#linkedApp,
      (linkedAppToken) => linkedAppToken === id,
    );
  }
}

/** Tests a part of the request; unknown where it was left out. */
function given<V>(
  part: (request: AccessRequest) => V | undefined,
  open: OpenFact,
  holds: (value: V) => boolean,
): Test {
  return (inquiry: Inquiry) => {
    const value = part(inquiry.request);
    return value === undefined ? inquiry.lacks(open) : truth(holds(value));
  };
}
