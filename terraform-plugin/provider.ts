import type { ObjectValue, Type, Value } from "./value";

/** One attribute of a schema; give either `type` or `nested`. */
export interface Attribute {
  readonly type?: Type;
  /** Attributes with flags of their own, below this one. */
  readonly nested?: {
    readonly mode: "single" | "list" | "set" | "map";
    readonly attributes: { readonly [name: string]: Attribute };
    /**
     * Written as blocks, as providers of the older kind have them. The
     * attribute then has no flags, and a list or set is never null.
     *
     * @see https://developer.hashicorp.com/terraform/plugin/framework/handling-data/blocks
     */
    readonly block?: { readonly minItems?: number; readonly maxItems?: number };
  };
  readonly description?: string;
  readonly required?: boolean;
  readonly optional?: boolean;
  readonly computed?: boolean;
  readonly sensitive?: boolean;
  readonly writeOnly?: boolean;
  readonly deprecated?: boolean;
  /** A change makes Terraform destroy the object and create another. */
  readonly requiresReplace?: boolean;
  /** The planned value where the configuration has none; makes it computed. */
  readonly default?: Value;
  /** Computed: an update keeps the prior value instead of "known after apply". */
  readonly useStateForUnknown?: boolean;
}

export interface Schema {
  /** @default 0 */
  readonly version?: number;
  readonly description?: string;
  readonly attributes: { readonly [name: string]: Attribute };
}

/** Where a message belongs: attribute names, list indexes, map keys. */
export type Path = readonly (string | number)[];

/** What the provider tells its user beside the result. */
export interface Diagnostics {
  /** Shown; the operation fails once the handler has returned. */
  error(summary: string, detail?: string, path?: Path): void;
  /** Shown; the operation goes on. */
  warn(summary: string, detail?: string, path?: Path): void;
}

/** Throw it to end an operation with one message; any other error is a crash. */
export class ProviderError extends Error {
  constructor(
    readonly summary: string,
    readonly detail = "",
    readonly path?: Path,
  ) {
    super(detail ? `${summary}: ${detail}` : summary);
  }
}

/** What every handler is given beside its values. */
export interface Context<Client> {
  /** What `configure` returned for the connection that is calling. */
  readonly client: Client;
  readonly diagnostics: Diagnostics;
  /** Aborted when Terraform asks the provider to stop. */
  readonly signal: AbortSignal;
}

/** A plan so far, with defaults and unknowns filled in from the schema. */
export interface PlanRequest {
  /** `null` on create. */
  readonly prior: ObjectValue | null;
  readonly config: ObjectValue;
  readonly planned: ObjectValue;
}

/**
 * One resource type. `create`, `read` and `update` return the whole new state
 * without unknowns.
 */
export interface Resource<Client> {
  readonly schema: Schema;
  /** Looks at the configuration alone; values may still be unknown. */
  validate?(config: ObjectValue, diagnostics: Diagnostics): void;
  /**
   * Adjusts a create or update plan. Return the planned state, and the names of
   * the attributes that force a replacement beyond those the schema marks.
   * `client` is undefined while the provider's configuration is unknown.
   */
  plan?(
    request: PlanRequest,
    context: Context<Client | undefined>,
  ): Promise<{
    planned: ObjectValue;
    replace?: readonly string[];
  }>;
  /** Called for a planned destroy: warn or refuse here. */
  planDestroy?(
    prior: ObjectValue,
    context: Context<Client | undefined>,
  ): Promise<void>;
  create(
    planned: ObjectValue,
    context: Context<Client>,
    config: ObjectValue,
  ): Promise<ObjectValue>;
  /** `null` = the object is gone. */
  read(
    state: ObjectValue,
    context: Context<Client>,
  ): Promise<ObjectValue | null>;
  update(
    planned: ObjectValue,
    prior: ObjectValue,
    context: Context<Client>,
    config: ObjectValue,
  ): Promise<ObjectValue>;
  delete(prior: ObjectValue, context: Context<Client>): Promise<void>;
  /** The state an import starts from; Terraform calls `read` with it next. */
  import?(id: string, context: Context<Client>): Promise<ObjectValue>;
}

export interface DataSource<Client> {
  readonly schema: Schema;
  read(config: ObjectValue, context: Context<Client>): Promise<ObjectValue>;
}

/** A Terraform provider. */
export interface Provider<Client> {
  readonly schema: Schema;
  /** Called once for each connection; throw `ProviderError` to refuse. */
  configure(config: ObjectValue, diagnostics: Diagnostics): Promise<Client>;
  readonly resources: { readonly [type: string]: Resource<Client> };
  readonly dataSources: { readonly [type: string]: DataSource<Client> };
}
