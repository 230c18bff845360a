/**
 * The parts of Access as constructs, for stacks of your own: each checks its
 * props when the app is synthesized.
 *
 * @packageDocumentation
 */
export { AccessApp } from "./access-app";
export type {
  AccessAppProps,
  IAccessApp,
  IExistingAccessApp,
} from "./access-app";
export type {
  AccessAppSettings,
  CorsHeaders,
  CorsMethod,
  Destination,
} from "./access-app-settings";
export { AccessGroup } from "./access-group";
export type { AccessGroupProps, IAccessGroup } from "./access-group";
export { AccessPolicy } from "./access-policy";
export type {
  AccessPolicyProps,
  ApprovalGroup,
  Decision,
  IAccessPolicy,
  PolicyRules,
  PolicySettings,
} from "./access-policy";
export { AccessRule } from "./access-rule";
export type { AccessRules, RuleBlock } from "./access-rule";
export { PinnedCloudflareProvider } from "./cloudflare-provider";
export { ExistingServiceToken } from "./existing-service-token";
export type { ExistingServiceTokenProps } from "./existing-service-token";
export { HostnameRecord } from "./hostname-record";
export type { HostnameRecordProps } from "./hostname-record";
export { IdentityProvider } from "./identity-provider";
export type {
  IIdentityProvider,
  IdentityProviderProps,
  IdentityProvidersByName,
} from "./identity-provider";
export type {
  EntraId,
  GitHub,
  Google,
  GoogleWorkspace,
  LoginMethodKind,
  Oidc,
  Okta,
  Saml,
} from "./login-method-kinds";
export type { ByName } from "./lookup";
export type { MfaConfig } from "./newer-provider";
export type { OAuthConfiguration } from "./oauth-configuration";
export { ManagedTunnel } from "./managed-tunnel";
export type { ManagedTunnelProps } from "./managed-tunnel";
export { OneTimePin } from "./one-time-pin";
export type { OneTimePinProps } from "./one-time-pin";
export type { IpRule, OriginRequest } from "./origin-request";
export { ServiceTokenPolicy } from "./service-token-policy";
export type {
  AdmittedToken,
  IServiceToken,
  ServiceTokenPolicyProps,
  TokenPolicyProps,
} from "./service-token-policy";
export { TunnelProvider } from "./tunnel-provider";
export type { TunnelProviderProps } from "./tunnel-provider";
export { TunnelRoute } from "./tunnel-route";
export type { TunnelRouteProps } from "./tunnel-route";
