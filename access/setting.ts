import type { AccessOptions } from "./decision";

/** What of the account bears on every application's decisions. */
export interface Setting {
  /** The organisation's `strict_service_token_auth`. */
  readonly strict: boolean;
  readonly serviceAuth401: NonNullable<AccessOptions["serviceAuth401"]>;
  /** How reasons call a service token. */
  readonly tokenName: (id: string) => string;
}
