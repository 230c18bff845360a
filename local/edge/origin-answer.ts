import type {
  IncomingMessage,
  OutgoingHttpHeader,
  OutgoingHttpHeaders,
  ServerResponse,
} from "node:http";
import { errorAnswer } from "./error-answer";

/** What the edge says in every answer that passes it. */
export function edgeHeaders(rayId: string): Record<string, string> {
  return { server: "cloudflare", "cf-ray": `${rayId}-LOC` };
}

/** What Cloudflare's own page takes the place of, whoever answered it and with which words. */
const REPLACED: ReadonlyMap<number, string> = new Map([
  [502, "Bad gateway"],
  [504, "Gateway time-out"],
]);

/**
 * Makes of what the connector writes what a visitor gets: the edge's headers
 * and the session's cookie are added, and 502 and 504 become Cloudflare's page.
 * So nobody outside can tell a connector that reaches nothing from an origin
 * that answers 502 itself.
 *
 * @see https://developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-5xx-errors/error-502-504/
 */
export function passToVisitor(
  req: IncomingMessage,
  res: ServerResponse,
  rayId: string,
  setCookie: string | undefined,
): void {
  const writeHead = res.writeHead.bind(res);
  const write = res.write.bind(res);
  const end = res.end.bind(res);
  res.writeHead = (
    status: number,
    message?: string | OutgoingHttpHeaders | OutgoingHttpHeader[],
    given?: OutgoingHttpHeaders | OutgoingHttpHeader[],
  ) => {
    const reason = typeof message === "string" ? message : undefined;
    const headers: OutgoingHttpHeaders = {
      ...((reason === undefined ? message : given) as OutgoingHttpHeaders),
      ...edgeHeaders(rayId),
    };
    if (setCookie !== undefined) {
      const cookies = [headers["set-cookie"] ?? []].flat().map(String);
      headers["set-cookie"] = [...cookies, setCookie];
    }
    const what = REPLACED.get(status);
    if (what === undefined) return writeHead(status, reason, headers);
    const page = errorAnswer(req, rayId, { status, what });
    writeHead(status, {
      ...page.headers,
      ...edgeHeaders(rayId),
      "content-length": Buffer.byteLength(page.body),
    } as OutgoingHttpHeaders);
    write(page.body);
    // What the origin wrote goes nowhere.
    res.write = () => true;
    res.end = () => end();
    return res;
  };
}
