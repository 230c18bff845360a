import "reflect-metadata";
import { createHash, createPrivateKey, webcrypto } from "node:crypto";
import { createSecureContext, type SecureContext } from "node:tls";
import * as x509 from "@peculiar/x509";

const DAY_MS = 24 * 60 * 60 * 1000;
const EC_P256 = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

/** Issues the certificates of the local edge. Its keys never leave memory. */
export interface CertificateAuthority {
  /** What a client has to trust, in PEM. */
  readonly certificate: string;
  /**
   * SHA-256 of the public key that all certificates for hosts share, in
   * base64, as Chromium's `--ignore-certificate-errors-spki-list` takes it.
   */
  readonly pin: string;
  /** A certificate for one host name, made when it is first asked for. */
  contextFor(hostname: string): Promise<SecureContext>;
}

/**
 * A new certificate authority. It takes the machine's time, not the account's:
 * a client checks certificates by its own clock, whatever hour is rehearsed.
 */
export async function certificateAuthority(): Promise<CertificateAuthority> {
  const [root, leaf] = await Promise.all([newKeys(), newKeys()]);
  const notBefore = new Date(Date.now() - DAY_MS);
  const notAfter = new Date(Date.now() + 365 * DAY_MS);
  const authority = await x509.X509CertificateGenerator.createSelfSigned({
    name: "CN=Local Cloudflare (made for one run)",
    notBefore,
    notAfter,
    keys: root,
    signingAlgorithm: EC_P256,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
      await x509.SubjectKeyIdentifierExtension.create(root.publicKey),
    ],
  });
  const key = createPrivateKey({
    key: Buffer.from(
      await webcrypto.subtle.exportKey("pkcs8", leaf.privateKey),
    ),
    format: "der",
    type: "pkcs8",
  }).export({ format: "pem", type: "pkcs8" });
  const certificate = authority.toString("pem");
  const contexts = new Map<string, Promise<SecureContext>>();

  async function issue(hostname: string): Promise<SecureContext> {
    const issued = await x509.X509CertificateGenerator.create({
      subject: `CN=${hostname}`,
      issuer: authority.subject,
      notBefore,
      notAfter,
      signingKey: root.privateKey,
      publicKey: leaf.publicKey,
      signingAlgorithm: EC_P256,
      extensions: [
        new x509.BasicConstraintsExtension(false),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
        new x509.SubjectAlternativeNameExtension([
          { type: "dns", value: hostname },
        ]),
        await x509.AuthorityKeyIdentifierExtension.create(root.publicKey),
      ],
    });
    return createSecureContext({ key, cert: issued.toString("pem") });
  }

  return {
    certificate,
    pin: createHash("sha256")
      .update(
        Buffer.from(await webcrypto.subtle.exportKey("spki", leaf.publicKey)),
      )
      .digest("base64"),
    contextFor(hostname) {
      let context = contexts.get(hostname);
      if (context === undefined) {
        context = issue(hostname);
        contexts.set(hostname, context);
      }
      return context;
    },
  };
}

function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(EC_P256, true, ["sign", "verify"]);
}
