import { ProviderError, type Resource } from "../../terraform-plugin/provider";
import { isObjectValue, sameValue } from "../../terraform-plugin/types";
import {
  UNKNOWN,
  type ObjectValue,
  type Type,
  type Value,
} from "../../terraform-plugin/value";
import { REPLACES, STAYS } from "../provider/overlay";
import { isJsonObject, plain, type JsonObject } from "../provider/wire";
import { unlessGone, type GoogleClient } from "./client";
import { replicationFromJson, replicationToJson } from "./replication";
import { deriveSchema } from "./schema";

const STRINGS: Type = ["map", "string"];

/** A secret, without what it holds: `google_secret_manager_secret`. */
export const secret: Resource<GoogleClient> = {
  schema: deriveSchema("secret-manager-secret", {
    id: STAYS,
    project: { ...STAYS, ...REPLACES },
    secret_id: REPLACES,
    name: STAYS,
    create_time: STAYS,
    expire_time: STAYS,
    effective_annotations: STAYS,
    effective_labels: STAYS,
    terraform_labels: STAYS,
    deletion_protection: { default: false },
    tags: REPLACES,
    ttl: REPLACES,
    replication: REPLACES,
    "replication.auto": REPLACES,
    "replication.user_managed": REPLACES,
  }),

  async plan({ planned, prior }, { client }) {
    if (client === undefined) return { planned };
    const labels = labelsOf(planned, client);
    const annotations = planned["annotations"] ?? {};
    const changed = (name: string, value: Value) =>
      prior === null || !sameValue(STRINGS, prior[name] ?? {}, value);
    return {
      planned: {
        ...planned,
        ...(labels !== UNKNOWN &&
          changed("effective_labels", labels) && {
            effective_labels: labels,
            terraform_labels: labels,
          }),
        ...(changed("effective_annotations", annotations) && {
          effective_annotations: annotations,
        }),
      },
    };
  },

  async create(planned, { client, signal }) {
    const project = client.project(planned);
    const id = encodeURIComponent(String(planned["secret_id"]));
    const body = {
      replication: replicationToJson(planned["replication"]),
      labels: plain(planned["effective_labels"] ?? {}),
      annotations: plain(planned["effective_annotations"] ?? {}),
    };
    const json = await client
      .call(
        "secretManager",
        "POST",
        `projects/${project}/secrets?secretId=${id}`,
        { body, signal },
      )
      .catch((error: Error) => {
        throw new ProviderError(`Error creating Secret: ${error.message}`);
      });
    return withAnswer({ ...planned, project }, json, client);
  },

  async read(state, { client, signal }) {
    const json = await unlessGone(
      client.call("secretManager", "GET", String(state["id"]), { signal }),
    );
    if (json === undefined) return null;
    const seen = withAnswer(state, json, client);
    const [labels, annotations] = ["labels", "annotations"].map((name) => {
      // Of those that others may have added, only what the code has counts.
      const own = state[name] ?? null;
      const all = seen[`effective_${name}`] ?? null;
      return isObjectValue(own) && isObjectValue(all)
        ? Object.fromEntries(
            Object.keys(own).map((key) => [key, all[key] ?? null]),
          )
        : own;
    });
    return {
      ...seen,
      labels: labels ?? null,
      annotations: annotations ?? null,
    };
  },

  async update(planned, prior, { client, signal }) {
    const mask = (["labels", "annotations"] as const).filter(
      (name) =>
        !sameValue(
          STRINGS,
          planned[`effective_${name}`],
          prior[`effective_${name}`],
        ),
    );
    const body = Object.fromEntries(
      mask.map((name) => [name, plain(planned[`effective_${name}`] ?? {})]),
    );
    const path = `${String(prior["id"])}?updateMask=${mask.join(",")}`;
    const json =
      mask.length > 0
        ? await client.call("secretManager", "PATCH", path, { body, signal })
        : await client.call("secretManager", "GET", String(prior["id"]), {
            signal,
          });
    return withAnswer(planned, json, client);
  },

  async delete(prior, { client, signal }) {
    if (prior["deletion_protection"] === true)
      throw new ProviderError(
        "cannot destroy secret manager secret without setting deletion_protection=false and running `terraform apply`",
      );
    await unlessGone(
      client.call("secretManager", "DELETE", String(prior["id"]), { signal }),
    );
  },

  async import(text, { client }) {
    const [, project, id] =
      /^(?:(?:projects\/)?([^/]+)\/(?:secrets\/)?)?([^/]+)$/.exec(text) ?? [];
    if (id === undefined)
      throw new ProviderError(
        `Import id "${text}" doesn't match any of the accepted formats`,
      );
    const owner = project ?? client.project({});
    return {
      id: `projects/${owner}/secrets/${id}`,
      project: owner,
      secret_id: id,
      replication: [],
      rotation: [],
      topics: [],
      deletion_protection: false,
    };
  },
};

/** The labels of the code, and the one that says who made it. */
function labelsOf(planned: ObjectValue, client: GoogleClient): Value {
  const labels = planned["labels"] ?? {};
  if (!isObjectValue(labels)) return UNKNOWN;
  return client.options.hasAttributionLabel
    ? { "goog-terraform-provisioned": "true", ...labels }
    : labels;
}

function withAnswer(
  state: ObjectValue,
  json: JsonObject,
  client: GoogleClient,
): ObjectValue {
  const strings = (name: string): ObjectValue =>
    isJsonObject(json[name]) ? (json[name] as ObjectValue) : {};
  return {
    ...state,
    id: `projects/${String(state["project"])}/secrets/${String(state["secret_id"])}`,
    name: String(json["name"]),
    create_time: String(json["createTime"]),
    expire_time:
      typeof json["expireTime"] === "string" ? json["expireTime"] : "",
    replication: replicationFromJson(json["replication"]),
    effective_labels: strings("labels"),
    effective_annotations: strings("annotations"),
    terraform_labels: labelsOf(state, client),
  };
}
