import { jwtVerify, SignJWT, type JWTPayload } from "jose";
import type { SigningKeys } from "./signing-keys";

/** Signs a team's JWTs and reads them back, by the account's clock. */
export class Tokens {
  /** Of one second: a machine asks many times in it, and RS256 has one signature for the same claims. */
  readonly #signed = new Map<string, Promise<string>>();
  #second = 0;

  constructor(
    readonly keys: SigningKeys,
    readonly now: () => Date,
    /** `https://` and the team domain; asked each time, as a team can be renamed. */
    readonly issuer: () => string,
  ) {}

  /** Whole seconds since 1970. */
  seconds(): number {
    return Math.floor(this.now().getTime() / 1000);
  }

  async sign(claims: JWTPayload): Promise<string> {
    const { kid, privateKey } = await this.keys.current();
    if (this.#second !== this.seconds()) this.#signed.clear();
    this.#second = this.seconds();
    const key = JSON.stringify([kid, claims]);
    const known = this.#signed.get(key);
    if (known) return known;
    const token = new SignJWT(claims)
      .setProtectedHeader({ kid, alg: "RS256", typ: "JWT" })
      .sign(privateKey);
    this.#signed.set(key, token);
    return token;
  }

  /** The claims of a token of this team that is of the type, in time and unforged; else undefined. */
  async verify(
    token: string,
    type: "app" | "org" | "meta",
    audience?: string,
  ): Promise<JWTPayload | undefined> {
    try {
      const { payload } = await jwtVerify(
        token,
        async ({ kid }) => {
          const key = await this.keys.find(kid);
          if (key === undefined) throw new Error(`no key ${kid}`);
          return key.publicKey;
        },
        {
          algorithms: ["RS256"],
          currentDate: this.now(),
          ...(type !== "meta" && { issuer: this.issuer() }),
          ...(audience !== undefined && { audience }),
        },
      );
      return payload.type === type ? payload : undefined;
    } catch {
      // Whatever is wrong with it, it opens nothing.
      return undefined;
    }
  }
}
