import "reflect-metadata";
import { webcrypto } from "node:crypto";
import * as x509 from "@peculiar/x509";
import type { JSONWebKeySet, JWK } from "jose";

const DAY_MS = 24 * 60 * 60 * 1000;
const RSA = {
  name: "RSASSA-PKCS1-v1_5",
  hash: "SHA-256",
  modulusLength: 2048,
  publicExponent: Uint8Array.of(1, 0, 1),
};

/** How long a key signs before the next takes its place. */
const ROTATION_MS = 42 * DAY_MS;
/** How long tokens of the key before stay good. */
const OVERLAP_MS = 7 * DAY_MS;

export interface SigningKey {
  readonly kid: string;
  readonly privateKey: webcrypto.CryptoKey;
  readonly publicKey: webcrypto.CryptoKey;
}

/** The document at `/cdn-cgi/access/certs`. */
export interface Certs extends JSONWebKeySet {
  readonly public_cert: { kid: string; cert: string };
  readonly public_certs: { kid: string; cert: string }[];
}

interface MadeKey extends SigningKey {
  readonly jwk: JWK;
  readonly cert: string;
}

/**
 * The keys that sign a team's tokens: one in use and the one before it. They
 * rotate every six weeks by the account's clock; a token of the key before
 * stays good for seven days.
 *
 * @see https://developers.cloudflare.com/cloudflare-one/access-controls/applications/http-apps/authorization-cookie/validating-json/#access-signing-keys
 */
export class SigningKeys {
  readonly #now: () => Date;
  // Made when first needed: an RSA key takes as long as all else at the start.
  #current = once(makeKey);
  #previous = once(makeKey);
  #since: number;
  #certs:
    { readonly of: readonly MadeKey[]; readonly certs: Certs } | undefined;

  constructor(now: () => Date) {
    this.#now = now;
    this.#since = now().getTime();
  }

  /** The key that signs at present. */
  async current(): Promise<SigningKey> {
    this.#rotateWhenDue();
    return this.#current();
  }

  /** The key that a token names, as long as its signatures count. */
  async find(kid: string | undefined): Promise<SigningKey | undefined> {
    this.#rotateWhenDue();
    const current = await this.#current();
    if (kid === current.kid) return current;
    if (this.#now().getTime() - this.#since >= OVERLAP_MS) return undefined;
    const previous = await this.#previous();
    return kid === previous.kid ? previous : undefined;
  }

  /** Puts a new key to use. */
  rotate(): void {
    this.#previous = this.#current;
    this.#current = once(makeKey);
    this.#since = this.#now().getTime();
  }

  /** The same object as long as the keys are the same. */
  async certs(): Promise<Certs> {
    this.#rotateWhenDue();
    const keys = await Promise.all([this.#current(), this.#previous()]);
    if (this.#certs?.of.every((key, index) => key === keys[index]))
      return this.#certs.certs;
    const [current, previous] = keys.map(({ cert, kid }) => ({ kid, cert }));
    const certs = {
      keys: keys.map(({ jwk }) => jwk),
      public_cert: current!,
      public_certs: [current!, previous!],
    };
    this.#certs = { of: keys, certs };
    return certs;
  }

  #rotateWhenDue(): void {
    if (this.#now().getTime() - this.#since >= ROTATION_MS) this.rotate();
  }
}

/** Makes a key at the first call, and answers the same one ever after. */
function once(make: () => Promise<MadeKey>): () => Promise<MadeKey> {
  let made: Promise<MadeKey> | undefined;
  return () => (made ??= make());
}

async function makeKey(): Promise<MadeKey> {
  const keys = await webcrypto.subtle.generateKey(RSA, true, [
    "sign",
    "verify",
  ]);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: "CN=Access signing key of the local Cloudflare",
    keys,
    signingAlgorithm: RSA,
  });
  const { e, n } = await webcrypto.subtle.exportKey("jwk", keys.publicKey);
  const spki = await webcrypto.subtle.exportKey("spki", keys.publicKey);
  const digest = await webcrypto.subtle.digest("SHA-256", spki);
  const kid = Buffer.from(digest).toString("hex");
  return {
    ...keys,
    kid,
    jwk: { kid, kty: "RSA", alg: "RS256", use: "sig", e, n },
    cert: certificate.toString("pem"),
  };
}
