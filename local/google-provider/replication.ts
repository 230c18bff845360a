import { isObjectValue } from "../../terraform-plugin/types";
import type { ObjectValue, Value } from "../../terraform-plugin/value";
import { isJsonObject, type JsonObject } from "../provider/wire";

/** The first of what the schema has as a list of blocks. */
function first(blocks: Value | undefined): ObjectValue | undefined {
  const block = Array.isArray(blocks) ? blocks[0] : undefined;
  return block !== undefined && isObjectValue(block) ? block : undefined;
}

function encryptionToJson(block: ObjectValue): JsonObject {
  const encryption = first(block["customer_managed_encryption"]);
  return encryption
    ? {
        customerManagedEncryption: {
          kmsKeyName: String(encryption["kms_key_name"]),
        },
      }
    : {};
}

/** Where Google keeps a secret, for a request. */
export function replicationToJson(blocks: Value | undefined): JsonObject {
  const replication = first(blocks) ?? {};
  const replicas = first(replication["user_managed"])?.["replicas"];
  if (Array.isArray(replicas))
    return {
      userManaged: {
        replicas: replicas.filter(isObjectValue).map((replica) => ({
          location: String(replica["location"]),
          ...encryptionToJson(replica),
        })),
      },
    };
  return { automatic: encryptionToJson(first(replication["auto"]) ?? {}) };
}

function encryptionFromJson(json: JsonObject): Value {
  const { customerManagedEncryption: encryption = null } = json;
  return isJsonObject(encryption)
    ? [{ kms_key_name: String(encryption["kmsKeyName"]) }]
    : [];
}

/** The same as an answer tells it. */
export function replicationFromJson(
  json: JsonObject[string] | undefined,
): Value {
  if (!isJsonObject(json)) return [];
  const { automatic = null, userManaged = null } = json;
  const replicas = isJsonObject(userManaged) ? userManaged["replicas"] : null;
  return [
    {
      auto: isJsonObject(automatic)
        ? [{ customer_managed_encryption: encryptionFromJson(automatic) }]
        : [],
      user_managed: Array.isArray(replicas)
        ? [
            {
              replicas: replicas.filter(isJsonObject).map((replica) => ({
                location: String(replica["location"]),
                customer_managed_encryption: encryptionFromJson(replica),
              })),
            },
          ]
        : [],
    },
  ];
}
