/**
 * A Cloudflare account with its edge, tunnel and login methods in this process,
 * for tests.
 *
 * @packageDocumentation
 */
export { Account } from "./account";
export type { AccountOptions } from "./account";
export { buildAccount } from "./account-build";
export { loadAccount, parseAccountFile } from "./account-file";
export type { AccountFile, AccountFileInput } from "./account-file-schema";
export type { Edge } from "./edge/edge";
export type { Network } from "./network";
export type { ForwardedOrigin, OriginKind } from "./origins/start";
export { startProviderStandIn } from "./provider/start";
export type { ProviderStandIn } from "./provider/start";
export { startLocalCloudflare } from "./start";
export type { LocalCloudflare, LocalCloudflareOptions } from "./start";
export { DEFAULT_SWITCHES } from "./switches";
export type { Switches } from "./switches";
export { ALL_FAULTS, PASSING_FAULTS } from "./faults";
export type { FaultRates } from "./faults";
