import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  ProviderError,
  type DataSource,
  type ObjectValue,
  type Provider,
  type Resource,
} from "../../../terraform-plugin";

/** A text file. `Folder` is what `configure` below returns. */
const text: Resource<Folder> = {
  schema: {
    attributes: {
      name: { type: "string", required: true, requiresReplace: true },
      content: { type: "string", optional: true, default: "" },
      bytes: { type: "number", computed: true },
    },
  },
  create: async (planned, { client }) => client.write(planned),
  read: async (state, { client }) => client.read(state),
  update: async (planned, _prior, { client }) => client.write(planned),
  delete: async (prior, { client }) => rmSync(client.file(prior)),
  import: async (id) => ({ name: id }), // Terraform reads the rest
};

/** A file that is there already. */
const found: DataSource<Folder> = {
  schema: {
    attributes: {
      name: { type: "string", required: true },
      content: { type: "string", computed: true },
    },
  },
  read: async (config, { client }) => {
    const file = client.read(config);
    if (!file) throw new ProviderError("There is no such file", "", ["name"]);
    return { ...config, content: file["content"] ?? null };
  },
};

class Folder {
  constructor(private readonly path: string) {
    mkdirSync(path, { recursive: true });
  }

  file = ({ name }: ObjectValue) => join(this.path, String(name));

  write(file: ObjectValue): ObjectValue {
    writeFileSync(this.file(file), String(file["content"]));
    return { ...file, bytes: Buffer.byteLength(String(file["content"])) };
  }

  read(file: ObjectValue): ObjectValue | null {
    try {
      const content = readFileSync(this.file(file), "utf8");
      return { ...file, content, bytes: Buffer.byteLength(content) };
    } catch {
      return null; // gone: the next plan makes it again
    }
  }
}

export const files: Provider<Folder> = {
  schema: { attributes: { folder: { type: "string", required: true } } },
  configure: async ({ folder }) => new Folder(String(folder)),
  resources: { files_text: text },
  dataSources: { files_text: found },
};
