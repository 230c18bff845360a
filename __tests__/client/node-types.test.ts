import { Readable } from "node:stream";
import * as undici from "undici";
import {
  accessFetch,
  createAccessFetch,
  type AccessFetch,
} from "../../client/access-fetch";
import { serve } from "../../local/origins/server";
import { sendText } from "../../local/origins/stand-in";
import { allowAda, protect, serviceAuth } from "../local/edge/support";
import { ORIGIN, startClientLab, type ClientLab } from "./world";

let lab: ClientLab;
let client: AccessFetch;

beforeEach(async () => {
  lab = await startClientLab();
  const { policy, token } = serviceAuth(lab);
  protect(lab, [policy, allowAda]);
  client = createAccessFetch({
    origin: ORIGIN,
    clientId: token.client_id,
    clientSecret: token.client_secret,
    dispatcher: lab.dispatcher,
  });
});
afterEach(() => lab.close());

/** What the service was sent: the type of the body, and the body. */
function sent() {
  const { body, headers, method, url } = lab.seen.at(-1)!;
  return { method, url, type: headers["content-type"], body };
}

function upload(Form: typeof FormData | typeof undici.FormData = FormData) {
  const form = new Form();
  form.append("overwrite", "true");
  form.append("image", new Blob(["pixels"], { type: "image/png" }), "cat.png");
  return form;
}

const MULTIPART = /^multipart\/form-data; boundary=/;
const PARTS =
  /name="overwrite"\r\n\r\ntrue\r\n[^]*name="image"; filename="cat\.png"\r\nContent-Type: image\/png\r\n\r\npixels\r\n/;

test.each([
  ["Node's own FormData", () => upload()],
  ["undici's FormData", () => upload(undici.FormData)],
])("sends a file in %s", async (_, form) => {
  const answer = await client("/upload/image", {
    method: "POST",
    body: form(),
  });

  expect(answer.status).toBe(200);
  expect(sent()).toMatchObject({
    url: "/upload/image",
    type: expect.stringMatching(MULTIPART),
    body: expect.stringMatching(PARTS),
  });
});

test("sends a Request of Node's own, with its method, headers and body", async () => {
  const request = new Request(`${ORIGIN}/prompt?a=1`, {
    method: "PUT",
    headers: new Headers({ "content-type": "application/json", "x-mine": "1" }),
    body: '{"prompt":{}}',
  });

  // As a library takes it that wants a `fetch` of its caller.
  const ofNode: typeof fetch = client;
  const answer = await ofNode(request);

  expect(await answer.text()).toBe('origin PUT /prompt?a=1 {"prompt":{}}');
  expect(sent().type).toBe("application/json");
  expect(lab.seen[0]?.headers["x-mine"]).toBe("1");
  expect(request.bodyUsed).toBe(true);
});

test("sends a Request that holds a form", async () => {
  await client(
    new Request(`${ORIGIN}/upload/image`, { method: "POST", body: upload() }),
  );

  expect(sent().type).toMatch(MULTIPART);
  expect(sent().body).toMatch(PARTS);
});

test("lets options change a Request, as fetch does", async () => {
  const request = new Request(`${ORIGIN}/queue`, {
    headers: { "x-mine": "1" },
  });

  await client(request, { method: "POST", body: upload() });

  expect(sent()).toMatchObject({
    method: "POST",
    type: expect.stringMatching(MULTIPART),
  });
  expect(lab.seen[0]?.headers["x-mine"]).toBe("1");
});

test("ends a Request where its own signal does", async () => {
  const request = new Request(`${ORIGIN}/`, { signal: AbortSignal.abort() });

  await expect(client(request)).rejects.toThrow("aborted");
});

test.each<[string, () => NonNullable<RequestInit["body"]>]>([
  ["a Blob", () => new Blob(["one ", "piece"])],
  ["a web stream", () => new Blob(["one ", "piece"]).stream()],
  ["a stream of node:stream", () => Readable.from(["one ", "piece"])],
  ["bytes", () => new TextEncoder().encode("one piece")],
  ["search parameters", () => new URLSearchParams({ one: "piece" })],
])("sends %s", async (_, body) => {
  await client(`${ORIGIN}/upload`, {
    method: "POST",
    headers: new Headers({ "x-mine": "1" }),
    body: body(),
    duplex: "half",
  });

  expect(sent().body).toMatch(/^one.piece$/);
  expect(lab.seen[0]?.headers["x-mine"]).toBe("1");
});

test("sends the pair with each of them, and no caller's in its place", async () => {
  const headers = { "CF-Access-Client-Secret": "another" };

  const answer = await client(new Request(`${ORIGIN}/`, { headers }));

  expect(answer.status).toBe(200);
});

test("takes a Request where the pair comes out of the environment", async () => {
  const server = await serve({
    handle: async ({ method, url }, response) =>
      sendText(response, 200, `${method} ${url}`),
  });
  const url = `http://127.0.0.1:${server.port}/queue`;

  const answer = await accessFetch("comfyui", new Request(url));

  expect(await answer.text()).toBe("GET /queue");
  await server.close();
});
