import { STATUS_CODES, type ServerResponse } from "node:http";

/** What the edge itself answers, where a request does not reach an origin. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: string;
}

/** Nothing that Access answers may be kept by a browser or proxy. */
const UNCACHED = {
  "cache-control":
    "private, max-age=0, no-store, no-cache, must-revalidate, post-check=0, pre-check=0",
  expires: "Thu, 01 Jan 1970 00:00:01 GMT",
};

export function html(
  status: number,
  body: string,
  headers: Answer["headers"] = {},
): Answer {
  return {
    status,
    headers: { "content-type": "text/html", ...UNCACHED, ...headers },
    body,
  };
}

export function json(
  status: number,
  body: unknown,
  headers: Answer["headers"] = {},
): Answer {
  return {
    status,
    headers: { "content-type": "application/json", ...UNCACHED, ...headers },
    body: JSON.stringify(body),
  };
}

export function redirect(
  location: string,
  headers: Answer["headers"] = {},
): Answer {
  const reason = `302 ${STATUS_CODES[302]}`;
  return html(
    302,
    `<html>\r\n<head><title>${reason}</title></head>\r\n<body>\r\n<center><h1>${reason}</h1></center>\r\n<hr><center>cloudflare</center>\r\n</body>\r\n</html>\r\n`,
    { location, ...headers },
  );
}

/** Writes an answer. A HEAD request gets the headers of the GET. */
export function send(res: ServerResponse, answer: Answer): void {
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(answer.headers))
    headers[name] = typeof value === "string" ? value : [...value];
  const body = Buffer.from(answer.body);
  res.writeHead(answer.status, { ...headers, "content-length": body.length });
  res.end(body);
}
