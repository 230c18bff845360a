import { schemaVersions } from "../../base/provider-versions";
import type { PlanRequest, Resource } from "../../terraform-plugin/provider";
import {
  isObjectValue,
  sameValue,
  typeOfSchema,
} from "../../terraform-plugin/types";
import { UNKNOWN, type ObjectValue } from "../../terraform-plugin/value";
import { CallFailed, type CloudflareClient } from "./client";
import { deriveAttributes, type Attributes } from "./derive";
import { withNewer, type Newer } from "./newer";
import type { Normalization } from "./normalize";
import { withOverlay, type Overlay } from "./overlay";
import { OWNER_IDS, ownerPath, parseImportId, type Owner } from "./owner";
import type { Validator } from "./validate";
import { isJsonObject, Wire, type JsonNames, type JsonObject } from "./wire";

/** A resource type of the provider, as far as it differs from the others. */
export interface RestResource {
  /** Its folder in the bindings. */
  readonly module: string;
  /** Path of the collection, below the owner: `access/apps`. */
  readonly path: string;
  readonly owner: Owner;
  /** How the documentation of imports names its id. */
  readonly idName: string;
  readonly overlay: Overlay;
  /** What later versions of the provider have as well. @default - the same */
  readonly newer?: Newer;
  readonly jsonNames?: JsonNames;
  readonly checks?: readonly Validator[] | Checks;
  /** Attributes that a refresh leaves as they are. */
  readonly noRefresh?: readonly string[];
  /** Adjusts the plan that follows from the schema. */
  plan?(request: PlanRequest): ObjectValue;
  /** Checks what only a create demands. */
  beforeCreate?(planned: ObjectValue): void;
  /** Adjusts the body of a write. */
  body?(body: JsonObject): JsonObject;
  /** Adjusts an answer before it is read. */
  answer?(result: JsonObject): JsonObject;
  /** Adjusts the new state, by the old state or the plan. */
  readonly normalize?: {
    readonly create?: Normalization;
    readonly update?: (
      data: ObjectValue,
      planned: ObjectValue,
      prior: ObjectValue,
    ) => ObjectValue;
    readonly read?: Normalization;
    readonly import?: (data: ObjectValue) => ObjectValue;
  };
}

/** What a version of the provider checks. */
type Checks = (version: string) => readonly Validator[];

/** Makes the resource; its schema is derived when Terraform first asks for it. */
export function restResource(
  bindings: string,
  about: RestResource,
  version: string,
): Resource<CloudflareClient> {
  const { normalize = {}, noRefresh = [] } = about;
  const checks =
    typeof about.checks === "function"
      ? about.checks(version)
      : (about.checks ?? []);
  const wire = new Wire(about.jsonNames);
  let derived: Attributes | undefined;

  const attributes = () =>
    (derived ??= withNewer(
      withOverlay(deriveAttributes(bindings, about.module), about.overlay),
      about.newer,
      version,
    ));
  const except = (names: readonly string[]): Attributes =>
    Object.fromEntries(
      Object.entries(attributes()).filter(([name]) => !names.includes(name)),
    );
  const collection = (values: ObjectValue) =>
    ownerPath(about.owner, values) + about.path;
  const object = (values: ObjectValue) =>
    `${collection(values)}/${encodeURIComponent(String(values["id"]))}`;
  const body = (planned: ObjectValue, prior: ObjectValue | null) => {
    const encoded = wire.encode(except(OWNER_IDS), planned, prior);
    return about.body?.(encoded) ?? encoded;
  };
  const answer = (result: unknown): JsonObject => {
    const json = isJsonObject(result as JsonObject)
      ? (result as JsonObject)
      : {};
    return about.answer?.(json) ?? json;
  };
  const complete = (result: unknown, planned: ObjectValue): ObjectValue => ({
    ...planned,
    ...wire.complete(except(OWNER_IDS), answer(result), planned),
  });
  const refresh = (result: unknown, state: ObjectValue): ObjectValue => ({
    ...state,
    ...wire.refresh(
      except([...OWNER_IDS, ...noRefresh]),
      answer(result),
      state,
    ),
  });

  return {
    get schema() {
      const [current, ...earlier] = schemaVersions(about.module, version);
      return {
        version: current,
        upgradesFrom: earlier,
        attributes: attributes(),
      };
    },

    validate(config, diagnostics) {
      for (const check of checks) check(config, diagnostics);
    },

    async plan(request) {
      const planned = withoutKeptNulls(attributes(), request);
      return { planned: about.plan?.({ ...request, planned }) ?? planned };
    },

    async create(planned, { client, signal }) {
      about.beforeCreate?.(planned);
      const result = await client.call("POST", collection(planned), {
        body: body(planned, null),
        signal,
      });
      const data = complete(result, planned);
      return normalize.create?.(data, planned) ?? data;
    },

    async read(state, { client, diagnostics, signal }) {
      try {
        const result = await client.call("GET", object(state), { signal });
        const data = refresh(result, state);
        return normalize.read?.(data, state) ?? data;
      } catch (error) {
        if (!(error instanceof CallFailed) || error.status !== 404) throw error;
        diagnostics.warn(
          "Resource not found",
          "The resource was not found on the server and will be removed from state.",
        );
        return null;
      }
    },

    async update(planned, prior, { client, signal }) {
      const result = await client.call("PUT", object(planned), {
        body: body(planned, prior),
        signal,
      });
      const data = complete(result, planned);
      return normalize.update?.(data, planned, prior) ?? data;
    },

    async delete(prior, { client, signal }) {
      await client.call("DELETE", object(prior), { signal });
    },

    async import(text, { client, signal }) {
      const state = parseImportId(text, about.owner, about.idName);
      const result = await client.call("GET", object(state), { signal });
      const data = refresh(result, state);
      return normalize.import?.(data) ?? data;
    },
  };
}

/**
 * The provider keeps a value over an update only where there is one: null may
 * become something.
 */
function withoutKeptNulls(
  attributes: Attributes,
  { planned, prior, config }: PlanRequest,
): ObjectValue {
  if (prior === null || sameValue(typeOfSchema({ attributes }), planned, prior))
    return planned;
  return open(attributes, planned, prior, config);
}

function open(
  attributes: Attributes,
  planned: ObjectValue,
  prior: ObjectValue,
  config: ObjectValue,
): ObjectValue {
  const opened = Object.entries(planned).map(([name, value]) => {
    const { nested, useStateForUnknown } = attributes[name] ?? {};
    const [before = null, given = null] = [prior[name], config[name]];
    if (useStateForUnknown && before === null && given === null)
      return [name, UNKNOWN];
    const isInside =
      nested?.mode === "single" &&
      isObjectValue(value) &&
      isObjectValue(before) &&
      isObjectValue(given);
    return [
      name,
      isInside ? open(nested.attributes, value, before, given) : value,
    ];
  });
  return Object.fromEntries(opened) as ObjectValue;
}
