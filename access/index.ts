/**
 * How Access decides on a request, without asking Cloudflare.
 *
 * @packageDocumentation
 */
export { compile, decide } from "./decide";
export type { CompiledAccount } from "./decide";
export type {
  AccessOptions,
  Decision,
  DecisionBase,
  DecisionTree,
  DependsDecision,
  Fact,
  ForbiddenDecision,
  IdentityDeniedDecision,
  LoginDecision,
  Passage,
  PassDecision,
  PreflightDecision,
  Session,
  SettledDecision,
  UnauthorizedDecision,
} from "./decision";
export type {
  AccessAccount,
  Application,
  CorsHeaders,
  Destination,
  DestinationOverride,
  Group,
  IdentityProvider,
  List,
  Organization,
  Policy,
  PolicyDecision,
  Rule,
  RuleSet,
  ServiceToken,
} from "./model";
export { normalizePath } from "./normalize-path";
export type { Normalization } from "./normalize-path";
export type {
  AccessRequest,
  ClientCertificate,
  Identity,
  PresentedServiceToken,
} from "./request";
