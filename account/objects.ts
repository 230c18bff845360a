import type { DnsRecord as AnyDnsRecord } from "../dns/record";
import type { Defaults } from "../ingress/defaults";
import type { IngressRule } from "../ingress/rule";

/** A tunnel that was not deleted. */
export interface TunnelSummary {
  readonly id: string;
  readonly name: string;
  /** `healthy`, `degraded`, `down` or `inactive`. */
  readonly status?: string;
  /** Where it is configured: `cloudflare`, or `local` on its host. */
  readonly source: string;
}

/** A tunnel with its public hostnames. */
export interface TunnelWithRules extends TunnelSummary {
  /** Empty where it was never configured. */
  readonly rules: readonly IngressRule[];
}

/** A tunnel's document. */
export interface TunnelConfiguration {
  readonly source: string;
  /** Undefined where it was never configured. */
  readonly rules?: readonly IngressRule[];
  /** `originRequest` of the whole document. */
  readonly defaults?: Defaults;
}

/** A DNS record; name and content in lower case. */
export interface DnsRecord extends AnyDnsRecord {
  readonly id?: string;
}

/** A login method, in the API's words an identity provider. */
export interface LoginMethod {
  readonly id?: string;
  readonly name: string;
  readonly type: string;
  /** That of an OAuth client. */
  readonly clientId?: string;
  /** All that it is set up with, but for its secret. */
  readonly config?: Readonly<Record<string, unknown>>;
}
