import type { IngressRule } from "../ingress/rule";

/** A tunnel that was not deleted. */
export interface Tunnel {
  readonly id: string;
  readonly name: string;
  /** `healthy`, `degraded`, `down` or `inactive`. */
  readonly status?: string;
  /** Where it is configured: `cloudflare`, or `local` on its host. */
  readonly source: string;
}

/** A tunnel with its public hostnames. */
export interface TunnelWithRules extends Tunnel {
  /** Empty where it was never configured. */
  readonly rules: readonly IngressRule[];
}

/** A tunnel's document. */
export interface TunnelConfiguration {
  readonly source: string;
  /** Undefined where it was never configured. */
  readonly rules?: readonly IngressRule[];
}

/** A DNS record, as far as it says where a name leads. */
export interface DnsRecord {
  readonly id?: string;
  readonly name: string;
  readonly type: string;
  readonly content: string;
  readonly proxied: boolean;
}

/** A login method, in the API's words an identity provider. */
export interface LoginMethod {
  readonly id?: string;
  readonly name: string;
  readonly type: string;
  /** That of an OAuth client. */
  readonly clientId?: string;
}
