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
export const ROTATION_MS = 42 * DAY_MS;
/** How long tokens of the key before stay good. */
export const OVERLAP_MS = 7 * DAY_MS;

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
  #pair: Promise<{ current: MadeKey; previous: MadeKey }>;
  #since: number;

  constructor(now: () => Date) {
    this.#now = now;
    this.#since = now().getTime();
    this.#pair = Promise.all([makeKey(), makeKey()]).then(
      ([current, previous]) => ({ current, previous }),
    );
  }

  /** The key that signs at present. */
  async current(): Promise<SigningKey> {
    return (await this.#present()).current;
  }

  /** The key that a token names, as long as its signatures count. */
  async find(kid: string | undefined): Promise<SigningKey | undefined> {
    const { current, previous } = await this.#present();
    if (kid === current.kid) return current;
    const overlaps = this.#now().getTime() - this.#since < OVERLAP_MS;
    return overlaps && kid === previous.kid ? previous : undefined;
  }

  /** Puts a new key to use. */
  async rotate(): Promise<void> {
    const { current } = await this.#pair;
    const next = makeKey();
    this.#since = this.#now().getTime();
    this.#pair = next.then((key) => ({ current: key, previous: current }));
    await this.#pair;
  }

  async certs(): Promise<Certs> {
    const { current, previous } = await this.#present();
    const [newest, ...older] = [current, previous].map(({ cert, kid }) => ({
      kid,
      cert,
    }));
    return {
      keys: [current.jwk, previous.jwk],
      public_cert: newest!,
      public_certs: [newest!, ...older],
    };
  }

  async #present() {
    if (this.#now().getTime() - this.#since >= ROTATION_MS) await this.rotate();
    return this.#pair;
  }
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
