import {
  exportJWK,
  generateKeyPair,
  SignJWT,
  type CryptoKey,
  type JSONWebKeySet,
  type JWTPayload,
} from "jose";
import { AUD, NOW } from "./support";

export const OTHER_AUD = "b".repeat(64);

/** A team with two keys, and tokens of all kinds, good and bad, by name. */
export async function makeTokens(): Promise<{
  readonly certs: JSONWebKeySet;
  readonly tokens: Record<string, string>;
}> {
  const [first, second, foreign] = await Promise.all([
    generateKeyPair("RS256"),
    generateKeyPair("RS256"),
    generateKeyPair("RS256"),
  ]);
  const seconds = Math.floor(NOW.getTime() / 1000);
  const claims: JWTPayload = {
    iss: "https://datacrew.cloudflareaccess.com",
    aud: [AUD],
    exp: seconds + 3600,
    iat: seconds,
    nbf: seconds,
  };
  const sign = (
    others: JWTPayload = {},
    key: CryptoKey = first.privateKey,
    kid: string | undefined = "k1",
  ) =>
    new SignJWT({ ...claims, ...others })
      .setProtectedHeader({ alg: "RS256", kid })
      .sign(key);
  const encode = (part: object) =>
    Buffer.from(JSON.stringify(part)).toString("base64url");
  const unsigned = (alg: string) =>
    `${encode({ alg, kid: "k1" })}.${encode(claims)}.${alg === "none" ? "" : "c2ln"}`;

  return {
    certs: {
      keys: await Promise.all(
        [first, second].map(async ({ publicKey }, index) => ({
          ...(await exportJWK(publicKey)),
          kid: `k${index + 1}`,
          alg: "RS256",
          use: "sig",
        })),
      ),
    },
    tokens: {
      none: "",
      good: await sign(),
      good2: await sign({}, second.privateKey, "k2"),
      noKid: await new SignJWT(claims)
        .setProtectedHeader({ alg: "RS256" })
        .sign(second.privateKey),
      stringAud: await sign({ aud: AUD }),
      twoAud: await sign({ aud: [OTHER_AUD, AUD] }),
      otherAud: await sign({ aud: [OTHER_AUD] }),
      noAud: await sign({ aud: undefined }),
      expired: await sign({ exp: seconds - 10 }),
      noExp: await sign({ exp: undefined }),
      nbf4: await sign({ nbf: seconds + 200 }),
      nbf6: await sign({ nbf: seconds + 400 }),
      iatFuture: await sign({ iat: seconds + 9999 }),
      otherIss: await sign({ iss: "https://evil.cloudflareaccess.com" }),
      forged: await sign({}, foreign.privateKey),
      unknownKid: await sign({}, foreign.privateKey, "k3"),
      garbage: "a.b.c",
      text: "hello",
      algNone: unsigned("none"),
      hs256: unsigned("HS256"),
      ps256: unsigned("PS256"),
    },
  };
}
