/**
 * Whole stacks: one for what services share, one for each service, in an app
 * that says all that is wrong at once.
 *
 * @packageDocumentation
 */
export { AccessStacks } from "./app";
export { AccountStack } from "./account-stack";
export type { AccountStackProps } from "./account-stack";
export { IdentityStack } from "./identity-stack";
export type {
  GroupMembers,
  IdentityStackProps,
  MadeLoginMethod,
  OwnLoginMethod,
} from "./identity-stack";
export { ServiceStack } from "./service-stack";
export type { ServiceStackProps } from "./service-stack-props";
export type {
  ExistingTokenProps,
  ServiceTokenProps,
  TokenStoreChoice,
} from "./service-tokens";
export { TunnelStack } from "./tunnel-stack";
export type { TunnelStackProps } from "./tunnel-stack";
export { nobody, nothing, person, policy, token } from "../contract/promises";
export type { AccessPromise, Reach, Reacher } from "../contract/promises";
export type { Rotations } from "../contract/rotations";
export type { Waiver } from "../contract/waivers";
export type { RemoteState } from "../state/remote-state";
export { UsageError } from "../base/usage-error";
export { loadSettings } from "../settings";
export type { Settings } from "../settings";
