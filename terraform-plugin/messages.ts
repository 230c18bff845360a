/**
 * The messages of Terraform's plugin protocol 6, as far as this library uses
 * them. A field that is not listed is skipped when it is received.
 *
 * @see https://developer.hashicorp.com/terraform/plugin/terraform-plugin-protocol
 */
import {
  bool,
  bytes,
  integer,
  integerChoice,
  list,
  map,
  message,
  one,
  string,
  stringChoice,
  type Message,
} from "./protobuf";

export const Empty = message<object>({});

/** A value, in MessagePack or (only ever received) in JSON. */
const DynamicValue = message({ msgpack: bytes(1), json: bytes(2) });

const Step = message({
  attributeName: stringChoice(1),
  elementKeyString: stringChoice(2),
  elementKeyInt: integerChoice(3),
});

const AttributePath = message({ steps: list(1, () => Step) });

export const Severity = { error: 1, warning: 2 } as const;

const Diagnostic = message({
  severity: integer(1),
  summary: string(2),
  detail: string(3),
  attribute: one(4, () => AttributePath),
});

const diagnostics = (number: number) => list(number, () => Diagnostic);

export const Nesting = { single: 1, list: 2, set: 3, map: 4 } as const;

export interface SchemaAttributeFields {
  name: string;
  type: Uint8Array;
  nestedType: Partial<SchemaObjectFields> | undefined;
  description: string;
  required: boolean;
  optional: boolean;
  computed: boolean;
  sensitive: boolean;
  deprecated: boolean;
  writeOnly: boolean;
}

interface SchemaObjectFields {
  attributes: readonly Partial<SchemaAttributeFields>[];
  nesting: number;
}

const SchemaAttribute: Message<SchemaAttributeFields> = message({
  name: string(1),
  type: bytes(2),
  nestedType: one(10, () => SchemaObject),
  description: string(3),
  required: bool(4),
  optional: bool(5),
  computed: bool(6),
  sensitive: bool(7),
  deprecated: bool(9),
  writeOnly: bool(11),
});

const SchemaObject: Message<SchemaObjectFields> = message({
  attributes: list(1, () => SchemaAttribute),
  nesting: integer(3),
});

interface SchemaBlockFields {
  version: number;
  attributes: readonly Partial<SchemaAttributeFields>[];
  blockTypes: readonly Partial<NestedBlockFields>[];
  description: string;
}

export interface NestedBlockFields {
  typeName: string;
  block: Partial<SchemaBlockFields> | undefined;
  nesting: number;
  minItems: number;
  maxItems: number;
}

const SchemaBlock: Message<SchemaBlockFields> = message({
  version: integer(1),
  attributes: list(2, () => SchemaAttribute),
  blockTypes: list(3, () => NestedBlock),
  description: string(4),
});

const NestedBlock: Message<NestedBlockFields> = message({
  typeName: string(1),
  block: one(2, () => SchemaBlock),
  nesting: integer(3),
  minItems: integer(4),
  maxItems: integer(5),
});

export const ProviderSchema = message({
  version: integer(1),
  block: one(2, () => SchemaBlock),
});

const ServerCapabilities = message({
  planDestroy: bool(1),
  getProviderSchemaOptional: bool(2),
  moveResourceState: bool(3),
});

export const GetProviderSchemaResponse = message({
  provider: one(1, () => ProviderSchema),
  resourceSchemas: map(2, () => ProviderSchema),
  dataSourceSchemas: map(3, () => ProviderSchema),
  diagnostics: diagnostics(4),
  serverCapabilities: one(6, () => ServerCapabilities),
});

export const ValidateProviderConfigRequest = message({
  config: one(1, () => DynamicValue),
});
export const ValidateProviderConfigResponse = message({
  diagnostics: diagnostics(2),
});

/** Of ValidateResourceConfig and ValidateDataResourceConfig. */
export const ValidateConfigRequest = message({
  typeName: string(1),
  config: one(2, () => DynamicValue),
});
/** Of every call that answers with nothing but diagnostics in field 1. */
export const DiagnosticsResponse = message({ diagnostics: diagnostics(1) });

export const ConfigureProviderRequest = message({
  terraformVersion: string(1),
  config: one(2, () => DynamicValue),
});

const RawState = message({ json: bytes(1) });

export const UpgradeResourceStateRequest = message({
  typeName: string(1),
  version: integer(2),
  rawState: one(3, () => RawState),
});
export const UpgradeResourceStateResponse = message({
  upgradedState: one(1, () => DynamicValue),
  diagnostics: diagnostics(2),
});

export const ReadResourceRequest = message({
  typeName: string(1),
  currentState: one(2, () => DynamicValue),
  private: bytes(3),
});
export const ReadResourceResponse = message({
  newState: one(1, () => DynamicValue),
  diagnostics: diagnostics(2),
  private: bytes(3),
});

export const PlanResourceChangeRequest = message({
  typeName: string(1),
  priorState: one(2, () => DynamicValue),
  proposedNewState: one(3, () => DynamicValue),
  config: one(4, () => DynamicValue),
  priorPrivate: bytes(5),
});
export const PlanResourceChangeResponse = message({
  plannedState: one(1, () => DynamicValue),
  requiresReplace: list(2, () => AttributePath),
  plannedPrivate: bytes(3),
  diagnostics: diagnostics(4),
});

export const ApplyResourceChangeRequest = message({
  typeName: string(1),
  priorState: one(2, () => DynamicValue),
  plannedState: one(3, () => DynamicValue),
  config: one(4, () => DynamicValue),
  plannedPrivate: bytes(5),
});
export const ApplyResourceChangeResponse = message({
  newState: one(1, () => DynamicValue),
  private: bytes(2),
  diagnostics: diagnostics(3),
});

export const ImportResourceStateRequest = message({
  typeName: string(1),
  id: string(2),
});
const ImportedResource = message({
  typeName: string(1),
  state: one(2, () => DynamicValue),
});
export const ImportResourceStateResponse = message({
  importedResources: list(1, () => ImportedResource),
  diagnostics: diagnostics(2),
});

export const MoveResourceStateRequest = message({
  sourceTypeName: string(2),
  sourceState: one(4, () => RawState),
  targetTypeName: string(5),
});
export const MoveResourceStateResponse = message({
  targetState: one(1, () => DynamicValue),
  diagnostics: diagnostics(2),
});

export const ReadDataSourceRequest = message({
  typeName: string(1),
  config: one(2, () => DynamicValue),
});
export const ReadDataSourceResponse = message({
  state: one(1, () => DynamicValue),
  diagnostics: diagnostics(2),
});

export const StopProviderResponse = message({ error: string(1) });
