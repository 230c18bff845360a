import type { ServerResponse } from "node:http";

export function sendPage(
  response: ServerResponse,
  status: number,
  html: string,
): void {
  response.writeHead(status, { "content-type": "text/html; charset=utf-8" });
  response.end(html);
}
