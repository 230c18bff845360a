import { ProviderError, type Resource } from "../../terraform-plugin/provider";
import { UNKNOWN, type ObjectValue } from "../../terraform-plugin/value";
import { REPLACES, SENSITIVE } from "../provider/overlay";
import { conflicting } from "../provider/validate";
import { isJsonObject, type JsonObject } from "../provider/wire";
import { unlessGone, type GoogleClient } from "./client";
import { deriveSchema } from "./schema";

/**
 * What a secret holds from some time on: `google_secret_manager_secret_version`.
 * Given as `secret_data_wo` it goes to Google and into no plan and no state;
 * then it is never read back, and only another `secret_data_wo_version` makes
 * Terraform write it again.
 */
export const secretVersion: Resource<GoogleClient> = {
  schema: deriveSchema("secret-manager-secret-version", {
    secret: REPLACES,
    secret_data: { ...REPLACES, ...SENSITIVE },
    secret_data_wo: { writeOnly: true },
    secret_data_wo_version: { ...REPLACES, default: 0 },
    is_secret_data_base64: { ...REPLACES, default: false },
    enabled: { default: true },
    deletion_policy: { default: "DELETE" },
    ...Object.fromEntries(
      ["id", "name", "version", "create_time", "destroy_time"].map((name) => [
        name,
        { useStateForUnknown: true },
      ]),
    ),
  }),

  validate(config, diagnostics) {
    conflicting("secret_data", "secret_data_wo")(config, diagnostics);
    const isSet = (name: string) => (config[name] ?? null) !== null;
    if (isSet("secret_data_wo") && !isSet("secret_data_wo_version"))
      diagnostics.error(
        "Missing required argument",
        '"secret_data_wo": all of `secret_data_wo,secret_data_wo_version` must be specified',
        ["secret_data_wo"],
      );
  },

  async create(planned, { client, signal }, config) {
    const given = config["secret_data_wo"] ?? planned["secret_data"] ?? null;
    if (typeof given !== "string")
      throw new ProviderError(
        "Error creating SecretVersion: there is no secret data",
      );
    const data =
      planned["is_secret_data_base64"] === true
        ? given
        : Buffer.from(given).toString("base64");
    const json = await client
      .call(
        "secretManager",
        "POST",
        `${String(planned["secret"])}:addVersion`,
        {
          body: { payload: { data } },
          signal,
        },
      )
      .catch((error: Error) => {
        throw new ProviderError(
          `Error creating SecretVersion: ${error.message}`,
        );
      });
    const name = String(json["name"]);
    await setEnabled(name, planned, client, signal);
    const state = await readVersion({ ...planned, name }, client, signal);
    if (state === null)
      throw new ProviderError(`SecretVersion ${name} is gone already`);
    return state;
  },

  read: (state, { client, signal }) => readVersion(state, client, signal),

  async update(planned, prior, { client, signal }) {
    const name = String(prior["name"]);
    await setEnabled(name, planned, client, signal);
    return (await readVersion(planned, client, signal)) ?? planned;
  },

  async delete(prior, { client, signal }) {
    const { deletion_policy: policy, name } = prior;
    if (policy === "ABANDON") return;
    const verb = policy === "DISABLE" ? "disable" : "destroy";
    await unlessGone(
      client.call("secretManager", "POST", `${String(name)}:${verb}`, {
        body: {},
        signal,
      }),
    );
  },

  async import(name) {
    const [, secret] =
      /^(projects\/.+\/secrets\/.+)\/versions\/.+$/.exec(name) ?? [];
    if (secret !== undefined)
      return {
        id: name,
        name,
        secret,
        deletion_policy: "DELETE",
        is_secret_data_base64: false,
        secret_data_wo_version: 0,
      };
    throw new ProviderError(
      "Version name does not fit the format `projects/{{project}}/secrets/{{secret}}/versions/{{version}}`",
    );
  },
};

async function setEnabled(
  name: string,
  { enabled }: ObjectValue,
  client: GoogleClient,
  signal: AbortSignal,
): Promise<void> {
  const verb = enabled === false ? "disable" : "enable";
  await client.call("secretManager", "POST", `${name}:${verb}`, {
    body: {},
    signal,
  });
}

/** `null` for one that is gone, and for one that was destroyed. */
async function readVersion(
  state: ObjectValue,
  client: GoogleClient,
  signal: AbortSignal,
): Promise<ObjectValue | null> {
  const name = String(state["name"]);
  const json = await unlessGone(
    client.call("secretManager", "GET", name, { signal }),
  );
  if (json === undefined || json["state"] === "DESTROYED") return null;
  const enabled = json["state"] === "ENABLED";
  const known = state["secret_data"] ?? null;
  // What was written without a trace is not fetched into one.
  const isTraced = known !== null && known !== UNKNOWN && known !== "";
  return {
    ...state,
    id: name,
    name,
    version: name.split("/").at(-1) ?? "",
    enabled,
    create_time: String(json["createTime"]),
    destroy_time:
      typeof json["destroyTime"] === "string" ? json["destroyTime"] : "",
    secret_data:
      isTraced && enabled
        ? dataOf(
            await client.call("secretManager", "GET", `${name}:access`, {
              signal,
            }),
            state["is_secret_data_base64"] === true,
          )
        : known,
  };
}

function dataOf({ payload = null }: JsonObject, asBase64: boolean): string {
  const data = isJsonObject(payload) ? String(payload["data"]) : "";
  return asBase64 ? data : Buffer.from(data, "base64").toString();
}
