import * as undici from "undici";

/** What to ask, as Node's own `fetch` and undici's take it. */
export type FetchInput = string | URL | Request | undici.RequestInfo;

/** How to ask, as Node's own `fetch` and undici's take it. */
export type FetchInit = RequestInit | undici.RequestInit;

/**
 * A `Request` of Node's own as undici's. Node carries another copy of undici,
 * and neither knows the other's classes: it would be asked for as the path
 * `[object Request]`. The length of its body does not show, so that it goes in
 * chunks.
 */
export function ownRequest(request: Request): undici.Request {
  return new undici.Request(request.url, {
    method: request.method,
    headers: [...request.headers],
    // One class at run time, whichever library a project takes its type from.
    body: request.body as unknown as undici.BodyInit,
    duplex: "half",
    cache: request.cache,
    credentials: request.credentials,
    integrity: request.integrity,
    keepalive: request.keepalive,
    mode: request.mode,
    redirect: request.redirect,
    referrer: request.referrer,
    referrerPolicy: request.referrerPolicy,
    signal: request.signal,
  });
}

/** With a `FormData` of Node's own as undici's: it would be sent as `[object FormData]`. */
export function ownInit(init: FetchInit): undici.RequestInit {
  const { body, ...rest } = init as undici.RequestInit;
  return isNodesForm(body)
    ? { ...rest, body: ownForm(body) }
    : { ...rest, body };
}

/** An answer as the type of Node's own: projects with the DOM's types see another. */
export function nodesResponse(response: undici.Response): Response {
  return response as unknown as Response;
}

function isNodesForm(body: unknown): body is FormData {
  return body instanceof FormData && !(body instanceof undici.FormData);
}

function ownForm(form: FormData): undici.FormData {
  const own = new undici.FormData();
  for (const [name, value] of form) own.append(name, value);
  return own;
}
