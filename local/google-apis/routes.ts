import { GoogleError } from "./errors";

/** One request to one of Google's APIs. */
export interface GoogleRequest {
  /** What the groups of the route's pattern matched, in order. */
  readonly parts: readonly string[];
  readonly query: URLSearchParams;
  /** The JSON body; `{}` where there was none. */
  readonly body: Readonly<Record<string, unknown>>;
}

export interface Route {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** Of the whole path. */
  readonly path: RegExp;
  readonly answer: (request: GoogleRequest) => object;
}

/** Answers a request by the first route that fits it. */
export async function dispatch(
  routes: readonly Route[],
  request: Request,
): Promise<Response> {
  const { pathname, searchParams: query } = new URL(request.url);
  for (const { answer, method, path } of routes) {
    const match = request.method === method && path.exec(pathname);
    if (!match) continue;
    const parts = match.slice(1).map(decodeURIComponent);
    return Response.json(
      answer({ parts, query, body: parse(await request.text()) }),
    );
  }
  throw new GoogleError(
    "UNIMPLEMENTED",
    `the local Google has no ${request.method} ${pathname}`,
  );
}

function parse(text: string): GoogleRequest["body"] {
  if (text === "") return {};
  try {
    return JSON.parse(text) as GoogleRequest["body"];
  } catch {
    throw new GoogleError(
      "INVALID_ARGUMENT",
      "Invalid JSON payload received. Unexpected token.",
    );
  }
}
