/**
 * The certificate by which Terraform knows the process it has started. It lives
 * for that process only. Writing its few fields takes a millisecond; loading a
 * certificate library takes fifty, three times for one plan.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-4.1
 */
import { generateKeyPairSync, randomBytes, sign } from "node:crypto";

const DAY_MS = 24 * 60 * 60 * 1000;

// ASN.1 types: https://www.itu.int/rec/T-REC-X.690
const BOOLEAN = 0x01;
const INTEGER = 0x02;
const BIT_STRING = 0x03;
const OCTET_STRING = 0x04;
const OBJECT_IDENTIFIER = 0x06;
const UTF8_STRING = 0x0c;
const UTC_TIME = 0x17;
const SEQUENCE = 0x30;
const SET = 0x31;
const context = (number: number) => 0xa0 + number;

const ECDSA_WITH_SHA256 = oid("2a8648ce3d040302");
const COMMON_NAME = oid("550403");
const BASIC_CONSTRAINTS = oid("551d13");
const KEY_USAGE = oid("551d0f");
const EXTENDED_KEY_USAGE = oid("551d25");
const SUBJECT_ALTERNATIVE_NAME = oid("551d11");
const SERVER_AUTHENTICATION = oid("2b06010505070301");
const CLIENT_AUTHENTICATION = oid("2b06010505070302");

export interface Certificate {
  /** In DER. */
  readonly certificate: Buffer;
  /** In PEM. */
  readonly privateKey: string;
}

/** A new key and a certificate for `localhost`, signed by itself. */
export function selfSignedCertificate(now = Date.now()): Certificate {
  const keys = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const algorithm = der(SEQUENCE, ECDSA_WITH_SHA256);
  const name = der(
    SEQUENCE,
    der(
      SET,
      der(SEQUENCE, COMMON_NAME, der(UTF8_STRING, Buffer.from("localhost"))),
    ),
  );
  const signed = der(
    SEQUENCE,
    der(context(0), der(INTEGER, Buffer.of(2))), // version 3
    // A serial number is positive: the leading bit must not be set.
    der(INTEGER, Buffer.concat([Buffer.of(1), randomBytes(15)])),
    algorithm,
    name,
    der(SEQUENCE, utcTime(now - DAY_MS), utcTime(now + 365 * DAY_MS)),
    name,
    keys.publicKey.export({ type: "spki", format: "der" }),
    der(context(3), der(SEQUENCE, ...extensions())),
  );
  const signature = sign("sha256", signed, keys.privateKey);
  return {
    certificate: der(SEQUENCE, signed, algorithm, bitString(0, signature)),
    privateKey: keys.privateKey.export({
      type: "pkcs8",
      format: "pem",
    }) as string,
  };
}

function extensions(): Buffer[] {
  const critical = der(BOOLEAN, Buffer.of(0xff));
  const value = (content: Buffer) => der(OCTET_STRING, content);
  const digitalSignatureAndCertificateSigning = bitString(2, Buffer.of(0x84));
  const dnsName = (host: string) => der(0x82, Buffer.from(host));
  return [
    der(SEQUENCE, BASIC_CONSTRAINTS, critical, value(der(SEQUENCE, critical))),
    der(
      SEQUENCE,
      KEY_USAGE,
      critical,
      value(digitalSignatureAndCertificateSigning),
    ),
    der(
      SEQUENCE,
      EXTENDED_KEY_USAGE,
      value(der(SEQUENCE, SERVER_AUTHENTICATION, CLIENT_AUTHENTICATION)),
    ),
    der(
      SEQUENCE,
      SUBJECT_ALTERNATIVE_NAME,
      value(der(SEQUENCE, dnsName("localhost"))),
    ),
  ];
}

/** One ASN.1 value: its type, its length, its content. */
function der(type: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const length =
    content.length < 0x80
      ? [content.length]
      : content.length < 0x100
        ? [0x81, content.length]
        : [0x82, content.length >> 8, content.length & 0xff];
  return Buffer.concat([Buffer.of(type, ...length), content]);
}

function oid(hex: string): Buffer {
  return der(OBJECT_IDENTIFIER, Buffer.from(hex, "hex"));
}

function bitString(unusedBits: number, content: Buffer): Buffer {
  return der(BIT_STRING, Buffer.of(unusedBits), content);
}

function utcTime(time: number): Buffer {
  const digits = new Date(time).toISOString().replace(/\D/g, "").slice(2, 14);
  return der(UTC_TIME, Buffer.from(`${digits}Z`));
}
