import type { IncomingMessage } from "node:http";
import { buffer } from "node:stream/consumers";
import { serve } from "../../local/origins/server";
import type { Bucket } from "./bucket";

interface Stored {
  readonly text: string;
  readonly generation: number;
}

export interface GoogleBucket extends Bucket {
  /** What its objects contain. */
  texts(): string[];
  clear(): void;
  /** Whether no state can be written any more. @default false */
  readOnly: boolean;
}

/**
 * A bucket of Google Cloud Storage on loopback, as far as Terraform asks for it.
 *
 * @see https://cloud.google.com/storage/docs/json_api/v1/objects
 */
export async function startGoogleBucket(): Promise<GoogleBucket> {
  const objects = new Map<string, Stored>();
  let generation = 0;
  const put = (name: string, text: string) =>
    objects.set(name, { text, generation: ++generation });
  const about = (name: string, { generation, text }: Stored) => ({
    kind: "storage#object",
    bucket: "states",
    name,
    generation: String(generation),
    metageneration: "1",
    size: String(Buffer.byteLength(text)),
  });
  /** Whether an object is as the request wants it: 0 stands for none. */
  const fits = (name: string, query: URLSearchParams) => {
    const wanted = query.get("ifGenerationMatch");
    return (
      wanted === null || Number(wanted) === (objects.get(name)?.generation ?? 0)
    );
  };

  const server = await serve({
    async handle(request, response) {
      const url = new URL(request.url ?? "", "http://localhost");
      const [path, query] = [
        decodeURIComponent(url.pathname),
        url.searchParams,
      ];
      const body = await buffer(request);
      const answer = (status: number, content: object | string) => {
        const text =
          typeof content === "string" ? content : JSON.stringify(content);
        response.writeHead(status, {
          "content-type":
            typeof content === "string" ? "text/plain" : "application/json",
        });
        response.end(text);
      };
      const fail = (code: number, message: string) =>
        answer(code, { error: { code, message } });

      if (path === "/upload/storage/v1/b/states/o") {
        const { name, text } = multipart(request, body);
        if (bucket.readOnly && name.endsWith(".tfstate"))
          return fail(403, "The service account lacks storage.objects.create");
        if (!fits(name, query)) return fail(412, "conditionNotMet");
        put(name, text);
        return answer(200, about(name, objects.get(name)!));
      }
      if (path === "/storage/v1/b/states/o")
        return answer(200, {
          kind: "storage#objects",
          items: [...objects]
            .filter(([name]) => name.startsWith(query.get("prefix") ?? ""))
            .map(([name, stored]) => about(name, stored)),
        });
      const [, name = path.slice("/states/".length)] =
        /^\/storage\/v1\/b\/states\/o\/(.*)$/.exec(path) ?? [];
      const stored = objects.get(name);
      if (!stored) return fail(404, `No such object: states/${name}`);
      if (request.method === "DELETE") {
        if (!fits(name, query)) return fail(412, "conditionNotMet");
        objects.delete(name);
        return answer(204, "");
      }
      const isMedia =
        path.startsWith("/states/") || query.get("alt") === "media";
      return answer(200, isMedia ? stored.text : about(name, stored));
    },
  });
  const bucket: GoogleBucket = {
    readOnly: false,
    env: {
      ACCESS_STATE: "gcs",
      ACCESS_STATE_BUCKET: "states",
      GOOGLE_BACKEND_STORAGE_CUSTOM_ENDPOINT: `http://127.0.0.1:${server.port}/storage/v1/b`,
      GOOGLE_OAUTH_ACCESS_TOKEN: "the-token-of-the-bucket",
    },
    keys: async () => [...objects.keys()].sort(),
    put: async (name, text) => void put(name, text),
    delete: async (name) => void objects.delete(name),
    texts: () => [...objects.values()].map(({ text }) => text),
    clear: () => objects.clear(),
    close: () => server.close(),
  };
  return bucket;
}

/** What an upload has: a part that says the name, and one that is the content. */
function multipart(
  { headers }: IncomingMessage,
  body: Buffer,
): { name: string; text: string } {
  const [, boundary = ""] =
    /boundary="?([^";]+)/.exec(headers["content-type"] ?? "") ?? [];
  const [, metadata = "", content = ""] = String(body)
    .split(`--${boundary}`)
    .map((part) => part.slice(part.indexOf("\r\n\r\n") + 4, -2));
  return {
    name: (JSON.parse(metadata) as { name: string }).name,
    text: content,
  };
}
