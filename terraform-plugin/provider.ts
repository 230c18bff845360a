import type { ObjectValue, Type, Value } from "./value";

/** One attribute of a schema; give either `type` or `nested`. */
export interface Attribute {
  /** A type as Terraform writes it in JSON: `"string"`, `["list", "string"]`. @default - `nested` */
  readonly type?: Type;
  /** Attributes with flags of their own, below this one. @default - `type` */
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
  /** Shown in editors and documentation. @default - none */
  readonly description?: string;
  /** A configuration has to have it. @default false */
  readonly required?: boolean;
  /** A configuration may have it. @default false */
  readonly optional?: boolean;
  /** The provider sets it where the configuration does not. @default false */
  readonly computed?: boolean;
  /** Terraform hides its value. @default false */
  readonly sensitive?: boolean;
  /** It is in no plan and no state (Terraform 1.11). @default false */
  readonly writeOnly?: boolean;
  /** Terraform warns of its use. @default false */
  readonly deprecated?: boolean;
  /** A change makes Terraform destroy the object and create another. @default false */
  readonly requiresReplace?: boolean;
  /** The planned value where the configuration has none; makes it computed. @default - none */
  readonly default?: Value;
  /** Computed: an update keeps the prior value instead of "known after apply". @default false */
  readonly useStateForUnknown?: boolean;
}

/** What a resource, data source or provider is configured with. */
export interface Schema {
  /** @default 0 */
  readonly version?: number;
  /** Earlier versions whose states are as this one's. @default - none */
  readonly upgradesFrom?: readonly number[];
  /** Shown in editors and documentation. @default - none */
  readonly description?: string;
  /** By name, in lower case with underscores. */
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
    /** One line, without a full stop. */
    readonly summary: string,
    /** What to do about it. */
    readonly detail = "",
    /** The attribute it is about. @default - the whole resource */
    readonly path?: Path,
  ) {
    super(detail ? `${summary}: ${detail}` : summary);
  }
}

/** What every handler is given beside its values. */
export interface Context<Client> {
  /** What `configure` returned for the connection that is calling. */
  readonly client: Client;
  /** What to tell the user besides the result. */
  readonly diagnostics: Diagnostics;
  /** Aborted when Terraform asks the provider to stop. */
  readonly signal: AbortSignal;
}

/** A plan so far, with defaults and unknowns filled in from the schema. */
export interface PlanRequest {
  /** `null` on create. */
  readonly prior: ObjectValue | null;
  /** What the configuration says. */
  readonly config: ObjectValue;
  /** What the plan would be without `plan`. */
  readonly planned: ObjectValue;
}

/**
 * One resource type. `create`, `read` and `update` return the whole new state
 * without unknowns.
 */
export interface Resource<Client> {
  /** Its attributes. */
  readonly schema: Schema;
  /** Looks at the configuration alone; values may still be unknown. */
  validate?(
    config: ObjectValue,
    diagnostics: Diagnostics,
  ): void | Promise<void>;
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
  /** Makes the object, and returns its state. */
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
  /** Changes the object, and returns its new state. */
  update(
    planned: ObjectValue,
    prior: ObjectValue,
    context: Context<Client>,
    config: ObjectValue,
  ): Promise<ObjectValue>;
  /** Removes the object; one that is gone already is fine. */
  delete(prior: ObjectValue, context: Context<Client>): Promise<void>;
  /** The state an import starts from; Terraform calls `read` with it next. */
  import?(id: string, context: Context<Client>): Promise<ObjectValue>;
  /**
   * The state that a `moved` block starts from where the resource had another
   * type; throw `ProviderError` for one that can't become this.
   */
  move?(from: Moved): ObjectValue | Promise<ObjectValue>;
}

/** What a state holds of a resource of another type. */
export interface Moved {
  readonly typeName: string;
  /** Those of its values that have a name in this schema too; others are null. */
  readonly values: ObjectValue;
}

/** One data source. */
export interface DataSource<Client> {
  /** Its attributes: what is asked, and what is answered. */
  readonly schema: Schema;
  /** Returns the configuration with the answers in it. */
  read(config: ObjectValue, context: Context<Client>): Promise<ObjectValue>;
}

/** A Terraform provider. */
export interface Provider<Client> {
  /** What the provider block takes. */
  readonly schema: Schema;
  /** Called once for each connection; throw `ProviderError` to refuse. */
  configure(config: ObjectValue, diagnostics: Diagnostics): Promise<Client>;
  /** By type, which begins with the provider's name: `files_text`. */
  readonly resources: { readonly [type: string]: Resource<Client> };
  /** By type, as `resources`. */
  readonly dataSources: { readonly [type: string]: DataSource<Client> };
}
