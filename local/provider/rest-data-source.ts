import {
  ProviderError,
  type DataSource,
} from "../../terraform-plugin/provider";
import { isObjectValue } from "../../terraform-plugin/types";
import type { ObjectValue, Value } from "../../terraform-plugin/value";
import type { CloudflareClient } from "./client";
import { deriveAttributes, type Attributes } from "./derive";
import { withNewer, type Newer } from "./newer";
import { withOverlay, type Overlay } from "./overlay";
import { OWNER_IDS, ownerPath, type Owner } from "./owner";
import {
  asText,
  isJsonObject,
  Wire,
  type Json,
  type JsonNames,
  type JsonObject,
} from "./wire";

/** A data source of the provider, as far as it differs from the others. */
export interface RestDataSource {
  /** Its folder in the bindings. */
  readonly module: string;
  /** Path below the owner: `access/apps`. */
  readonly path: string;
  readonly owner: Owner;
  /**
   * The argument that names one object, such as `app_id`; where it is left out,
   * `filter` has to find exactly one. Without it the data source is a list.
   */
  readonly id?: string;
  /** What follows the id in the path. */
  readonly below?: string;
  /** There is one object for each owner. */
  readonly single?: boolean;
  readonly overlay?: Overlay;
  /** What later versions of the provider have as well. @default - the same */
  readonly newer?: Newer;
  readonly jsonNames?: JsonNames;
  /** The attribute `id` is never filled in. */
  readonly idStaysNull?: boolean;
  /** Objects of an answer that Terraform has as JSON, in the versions that do. */
  readonly texts?: readonly string[];
}

/** What a list holds at most where `max_items` does not say. */
const MAX_ITEMS = 1000;

export function restDataSource(
  bindings: string,
  about: RestDataSource,
  version: string,
): DataSource<CloudflareClient> {
  const wire = new Wire(about.jsonNames);
  const isList = about.id === undefined && !about.single;
  const adjust = (result: Json): JsonObject => {
    const { result: items, ...one } = attributes();
    const told = isList ? (items?.nested?.attributes ?? {}) : one;
    const { texts = [] } = about;
    return asText(...texts.filter((name) => told[name]?.type === "string"))(
      isJsonObject(result) ? result : {},
    );
  };
  let derived: Attributes | undefined;

  const attributes = () =>
    (derived ??= withNewer(
      withOverlay(
        deriveAttributes(bindings, about.module),
        about.overlay ?? {},
      ),
      about.newer,
      version,
    ));
  const path = (config: ObjectValue) =>
    ownerPath(about.owner, config) + about.path;

  async function readList(
    config: ObjectValue,
    client: CloudflareClient,
    signal: AbortSignal,
  ): Promise<ObjectValue> {
    const { max_items, ...filters } = config;
    delete filters["result"];
    const limit = Number(max_items ?? 0) || MAX_ITEMS;
    const found: Json[] = [];
    // The first request names no page; then on to the first page without items.
    for (let page = 1; found.length < limit; page++) {
      const query = queryOf(filters);
      if (page > 1) query.set("page", String(page));
      const items = await client.call("GET", path(config), { query, signal });
      if (!Array.isArray(items) || items.length === 0) break;
      found.push(...items.map(adjust));
    }
    const { result } = attributes();
    return {
      ...config,
      ...wire.refresh(
        { ...(result && { result }) },
        { result: found.slice(0, limit) },
        {},
      ),
    };
  }

  /** The id of the only object on the first page that fits the filter. */
  async function findOne(
    config: ObjectValue,
    filter: ObjectValue,
    client: CloudflareClient,
    signal: AbortSignal,
  ): Promise<Value> {
    const query = queryOf(filter);
    const found = await client.call("GET", path(config), { query, signal });
    const count = Array.isArray(found) ? found.length : 0;
    const [only] = Array.isArray(found) ? found : [];
    if (count !== 1 || !isJsonObject(only))
      throw new ProviderError(
        "failed to find exactly one result",
        `${count} found`,
      );
    return only["id"] ?? null;
  }

  async function readOne(
    config: ObjectValue,
    client: CloudflareClient,
    signal: AbortSignal,
  ): Promise<ObjectValue> {
    const { id: idName } = about;
    const { filter = null, ...rest } = config;
    if (idName !== undefined && "filter" in config)
      demandOne([idName, "filter"], config);
    const id =
      idName === undefined
        ? null
        : isObjectValue(filter)
          ? await findOne(rest, filter, client, signal)
          : (rest[idName] ?? null);
    const segments = [id, about.below].filter(
      (segment) => segment !== null && segment !== undefined,
    );
    const json = await client.call(
      "GET",
      [path(config), ...segments.map(String)].join("/"),
      { signal },
    );
    const known = ["filter", ...OWNER_IDS, ...(idName ? [idName] : [])];
    const told = Object.fromEntries(
      Object.entries(attributes()).filter(([name]) => !known.includes(name)),
    );
    return {
      ...config,
      ...wire.complete(told, adjust(json), config),
      ...(idName !== undefined && { [idName]: id }),
      ...(idName !== undefined &&
        "id" in attributes() && { id: about.idStaysNull ? null : id }),
    };
  }

  return {
    get schema() {
      return { attributes: attributes() };
    },
    read: (config, { client, signal }) =>
      (isList ? readList : readOne)(config, client, signal),
  };
}

function demandOne(names: string[], config: ObjectValue): void {
  const given = names.filter((name) => (config[name] ?? null) !== null);
  if (given.length === 1) return;
  throw new ProviderError(
    given.length === 0
      ? "Missing Attribute Configuration"
      : "Invalid Attribute Combination",
    `Exactly one of these attributes must be configured: [${names.join()}]`,
  );
}

/** Filters as a query: what is below another follows a dot. */
function queryOf(filters: ObjectValue): URLSearchParams {
  const query = new URLSearchParams();
  const add = (values: ObjectValue, prefix: string): void => {
    for (const [name, value] of Object.entries(values)) {
      if (OWNER_IDS.includes(name) && prefix === "") continue;
      if (isObjectValue(value)) add(value, `${prefix}${name}.`);
      else if (value !== null) query.set(`${prefix}${name}`, String(value));
    }
  };
  add(filters, "");
  return query;
}
