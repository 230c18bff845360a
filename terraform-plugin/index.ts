/**
 * Terraform providers in TypeScript, by Terraform's plugin protocol 6.
 *
 * @packageDocumentation
 */
export { attach, reattachProviders } from "./attach";
export type { AttachedProvider } from "./attach";
export { hiddenByCliConfig } from "./cli-config";
export { launch } from "./launch";
export { installProvider, providerVersion } from "./mirror";
export type { InstallProviderProps, ProviderScript } from "./mirror";
export { ProviderError } from "./provider";
export type {
  Attribute,
  Context,
  DataSource,
  Diagnostics,
  Path,
  PlanRequest,
  Provider,
  Resource,
  Schema,
} from "./provider";
export { Dynamic, Unknown, UNKNOWN } from "./value";
export type { ObjectValue, Type, Value } from "./value";
