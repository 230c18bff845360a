/**
 * `fetch` for a service behind Access, with a service token.
 *
 * @packageDocumentation
 */
export { accessFetch, createAccessFetch } from "./access-fetch";
export type { AccessFetch, AccessFetchOptions } from "./access-fetch";
export {
  credentialHeaders,
  credentialsFrom,
  credentialVariables,
} from "./credentials";
export type { Credentials, CredentialVariables } from "./credentials";
export type { FetchInit, FetchInput } from "./own-types";
export { AccessRefusedError } from "./refusal";
export type { RefusalReason } from "./refusal";
