import {
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import {
  ProviderError,
  type Provider,
  type Resource,
} from "../../../terraform-plugin/provider";
import type { ObjectValue } from "../../../terraform-plugin/value";

interface Folder {
  readonly path: string;
}

const text: Resource<Folder> = {
  schema: {
    attributes: {
      name: { type: "string", required: true, requiresReplace: true },
      content: { type: "string", optional: true, default: "" },
      bytes: { type: "number", computed: true },
    },
  },
  create: async (planned, { client }) => write(client, planned),
  read: async (state, { client }) => {
    const file = join(client.path, String(state["name"]));
    if (!existsSync(file)) return null;
    const content = readFileSync(file, "utf8");
    return { ...state, content, bytes: Buffer.byteLength(content) };
  },
  update: async (planned, _prior, { client }) => write(client, planned),
  delete: async (prior, { client }) =>
    rmSync(join(client.path, String(prior["name"]))),
  import: async (id) => ({ name: id }),
};

function write({ path }: Folder, planned: ObjectValue): ObjectValue {
  const content = String(planned["content"]);
  writeFileSync(join(path, String(planned["name"])), content);
  return { ...planned, bytes: Buffer.byteLength(content) };
}

export const files: Provider<Folder> = {
  schema: { attributes: { folder: { type: "string", required: true } } },
  configure: async (config) => {
    const path = String(config["folder"]);
    if (!path.startsWith("/"))
      throw new ProviderError("Not an absolute path", path, ["folder"]);
    mkdirSync(path, { recursive: true });
    return { path };
  },
  resources: { files_text: text },
  dataSources: {},
};
