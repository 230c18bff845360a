import { STATUS_CODES, type IncomingMessage } from "node:http";
import { html, type Answer } from "./answer";
import { errorPage } from "./pages";

/** Codes that Cloudflare's own errors name in a header: those of DNS and tunnels, and of the origin's connection. */
const TYPED = /^(1\d{3}|52\d)$/;

/**
 * An error of Cloudflare's edge itself: a page for browsers and one line for
 * whoever asks for no HTML. What an origin answers never has `cf-error-type`.
 *
 * @see https://developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-error-headers/
 */
export function errorAnswer(
  { headers }: Pick<IncomingMessage, "headers">,
  rayId: string,
  {
    status,
    code = status,
    what,
  }: { readonly status: number; readonly code?: number; readonly what: string },
): Answer {
  const wantsPage = headers.accept?.includes("text/html") === true;
  const typed = TYPED.test(String(code))
    ? { "cf-error-type": String(code) }
    : undefined;
  return html(
    status,
    wantsPage ? errorPage(code, what, rayId) : `error code: ${code}`,
    {
      ...(!wantsPage && { "content-type": "text/plain; charset=UTF-8" }),
      ...typed,
    },
  );
}

/** A refusal by the server before the edge, without a Ray ID in its page. */
export function plainRefusal(
  status: number,
  reason = STATUS_CODES[status],
): Answer {
  const what = `${status} ${reason}`;
  return html(
    status,
    `<html>\r\n<head><title>${what}</title></head>\r\n<body>\r\n<center><h1>${what}</h1></center>\r\n<hr><center>cloudflare</center>\r\n</body>\r\n</html>\r\n`,
  );
}
