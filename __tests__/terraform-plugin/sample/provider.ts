import { randomUUID } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { isSafeNumber, parse, stringify } from "lossless-json";
import {
  ProviderError,
  type Provider,
  type Resource,
} from "../../../terraform-plugin/provider";
import { Dynamic, type ObjectValue } from "../../../terraform-plugin/value";

/** Where the things of one provider configuration are kept, a file for each. */
interface Store {
  readonly directory: string;
  readonly prefix: string;
}

function save(store: Store, state: ObjectValue): ObjectValue {
  const file = join(store.directory, `${String(state["id"])}.json`);
  const { any, ...rest } = state;
  const kept = any instanceof Dynamic ? { ...rest, any: { ...any } } : state;
  writeFileSync(file, stringify(kept) ?? "");
  return state;
}

function load(store: Store, id: string): ObjectValue | null {
  const file = join(store.directory, `${id}.json`);
  if (!existsSync(file)) return null;
  const { any, ...rest } = parse(
    readFileSync(file, "utf8"),
    undefined,
    (text) => (isSafeNumber(text) ? Number(text) : text),
  ) as ObjectValue & { any: Dynamic | null };
  return { ...rest, any: any && new Dynamic(any.type, any.value) };
}

const thing: Resource<Store> = {
  schema: {
    version: 2,
    description: "A thing with a value of each kind.",
    attributes: {
      id: { type: "string", computed: true, useStateForUnknown: true },
      name: { type: "string", required: true, requiresReplace: true },
      text: { type: "string", optional: true },
      number: { type: "number", optional: true },
      flag: { type: "bool", optional: true, default: true },
      any: { type: "dynamic", optional: true },
      list: { type: ["list", "string"], optional: true },
      set: { type: ["set", "number"], optional: true },
      map: { type: ["map", "string"], optional: true },
      object: {
        type: ["object", { a: "string", b: ["tuple", ["number", "bool"]] }],
        optional: true,
      },
      secret: { type: "string", optional: true, sensitive: true },
      password: { type: "string", optional: true, writeOnly: true },
      password_length: { type: "number", computed: true },
      revision: { type: "number", computed: true },
      owner: { type: "string", computed: true, useStateForUnknown: true },
      single: {
        optional: true,
        nested: {
          mode: "single",
          attributes: {
            size: { type: "number", optional: true, default: 3 },
            kind: { type: "string", optional: true, requiresReplace: true },
            serial: {
              type: "string",
              computed: true,
              useStateForUnknown: true,
            },
          },
        },
      },
      rules: {
        optional: true,
        nested: {
          mode: "list",
          attributes: {
            match: { type: "string", required: true },
            action: { type: "string", optional: true, default: "allow" },
          },
        },
      },
      members: {
        optional: true,
        nested: {
          mode: "set",
          attributes: {
            email: { type: "string", required: true },
            role: { type: "string", optional: true, default: "reader" },
          },
        },
      },
      stage: {
        nested: {
          mode: "list",
          block: { maxItems: 1 },
          attributes: {
            title: { type: "string", required: true, requiresReplace: true },
            step: {
              nested: {
                mode: "list",
                block: {},
                attributes: {
                  count: { type: "number", optional: true, default: 1 },
                },
              },
            },
          },
        },
      },
      labels: {
        optional: true,
        nested: {
          mode: "map",
          attributes: {
            value: { type: "string", required: true },
            fixed: { type: "string", optional: true, requiresReplace: true },
          },
        },
      },
    },
  },
  async validate(config, diagnostics) {
    await Promise.resolve();
    if (config["text"] === "unheard of")
      throw new ProviderError("Nobody has heard of this text", "", ["text"]);
    if (config["text"] === "forbidden")
      diagnostics.error("This text is forbidden", "Choose another.", ["text"]);
    if (config["text"] === "odd")
      diagnostics.warn("This text is odd", "It works all the same.", ["text"]);
  },
  async plan({ planned, prior }) {
    return {
      planned,
      replace: prior && planned["text"] === "replace me" ? ["text"] : [],
    };
  },
  async planDestroy(prior, { diagnostics }) {
    if (prior["text"] === "keep")
      diagnostics.error("This thing must be kept", "It says so.");
  },
  async create(planned, { client }, config) {
    if (planned["text"] === "crash") throw new TypeError("a bug of the sample");
    if (planned["text"] === "uncaught") {
      setImmediate(() => {
        throw new Error("thrown outside of a handler");
      });
      return new Promise(() => {});
    }
    if (planned["text"] === "fail")
      throw new ProviderError("It can't be made", "Not today.", ["text"]);
    const single = planned["single"] as ObjectValue | null;
    return save(client, {
      ...planned,
      id: `${client.prefix}${String(planned["name"])}`,
      owner: client.prefix,
      revision: 1,
      password_length: String(config["password"] ?? "").length,
      single: single && { ...single, serial: randomUUID() },
    });
  },
  async read(state, { client }) {
    return load(client, String(state["id"]));
  },
  async update(planned, prior, { client }, config) {
    if (planned["text"] === "fail")
      throw new ProviderError("It can't be changed", "Not today.", ["text"]);
    const single = planned["single"] as ObjectValue | null;
    const before = prior["single"] as ObjectValue | null;
    return save(client, {
      ...planned,
      revision: Number(prior["revision"]) + 1,
      password_length: String(config["password"] ?? "").length,
      single: single && {
        ...single,
        serial: before?.["serial"] ?? randomUUID(),
      },
    });
  },
  async delete(prior, { client, diagnostics }) {
    if (prior["text"] === "undeletable") {
      diagnostics.error("It can't be deleted");
      return;
    }
    rmSync(join(client.directory, `${String(prior["id"])}.json`));
  },
  async import(id, { client }) {
    if (!load(client, id)) throw new ProviderError(`There is no thing "${id}"`);
    return { id };
  },
};

/** Waits until Terraform tells it to stop. */
const wait: Resource<Store> = {
  schema: {
    attributes: { started_file: { type: "string", required: true } },
  },
  async create(planned, { signal }) {
    writeFileSync(String(planned["started_file"]), String(process.pid));
    return new Promise((_resolve, reject) => {
      // Keeps the process busy, as a request to a server would.
      const busy = setInterval(() => {}, 1000);
      signal.addEventListener("abort", () => {
        clearInterval(busy);
        reject(signal.reason as Error);
      });
    });
  },
  read: async (state) => state,
  update: async (planned) => planned,
  delete: async () => {},
};

/** A provider for the tests, with values of all kinds. */
export const sample: Provider<Store> = {
  schema: {
    attributes: {
      directory: { type: "string", required: true },
      prefix: { type: "string", optional: true },
    },
  },
  async configure(config, diagnostics) {
    const directory = String(config["directory"]);
    if (!existsSync(directory))
      throw new ProviderError("No such directory", directory, ["directory"]);
    if (config["prefix"] === "warn-")
      diagnostics.warn("Prefix warned about", "", ["prefix"]);
    return { directory, prefix: String(config["prefix"] ?? "") };
  },
  resources: { sample_thing: thing, sample_wait: wait },
  dataSources: {
    sample_prefix: {
      schema: {
        attributes: {
          wanted: { type: "string", optional: true },
          prefix: { type: "string", computed: true },
        },
      },
      read: async (config, { client }) => ({
        ...config,
        prefix: client.prefix,
      }),
    },
  },
};

/** The same, whose directory is relative to where Terraform runs. */
export const sampleIn = (folder: string): Provider<Store> => ({
  ...sample,
  configure: (config, diagnostics) =>
    sample.configure(
      { ...config, directory: resolve(folder, String(config["directory"])) },
      diagnostics,
    ),
});
