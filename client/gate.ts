import type { Dispatcher } from "undici";
import { credentialHeaders, type Credentials } from "./credentials";
import {
  AccessRefusedError,
  refusalReasons,
  type AnswerHeaders,
} from "./refusal";

/**
 * Sends a pair with every request to one origin and to no other, whoever makes
 * it: the caller, a redirect or a WebSocket. What Access refuses fails with an
 * {@link AccessRefusedError}.
 */
export function gate(
  origin: string,
  credentials: Credentials | undefined,
  onRefusal: (refusal: AccessRefusedError) => void = () => {},
): Dispatcher.DispatcherComposeInterceptor {
  return (dispatch) => (options, handler) => {
    const sent = credentials && String(options.origin) === origin;
    const url = new URL(options.path, String(options.origin));
    return dispatch(
      sent
        ? {
            ...options,
            headers: withHeaders(
              options.headers,
              credentialHeaders(credentials),
            ),
          }
        : options,
      watch(handler, (status, headers) => {
        const reasons = refusalReasons(status, headers, Boolean(sent));
        if (!reasons) return;
        const asked = `${url.origin}${url.pathname}`;
        const refusal = new AccessRefusedError(asked, status, reasons);
        onRefusal(refusal);
        throw refusal;
      }),
    );
  };
}

/** A handler that looks at an answer first; what it throws then ends the request. */
function watch(
  handler: Dispatcher.DispatchHandler,
  look: (status: number, headers: AnswerHeaders) => void,
): Dispatcher.DispatchHandler {
  return {
    onRequestStart: (...args) => handler.onRequestStart?.(...args),
    onRequestUpgrade: (...args) => handler.onRequestUpgrade?.(...args),
    onResponseStart(controller, status, headers, message) {
      look(status, headers);
      handler.onResponseStart?.(controller, status, headers, message);
    },
    onResponseData: (...args) => handler.onResponseData?.(...args),
    onResponseEnd: (...args) => handler.onResponseEnd?.(...args),
    onResponseError: (...args) => handler.onResponseError?.(...args),
  };
}

/** Headers in any of the shapes that undici takes, with some set anew. */
function withHeaders(
  given: Dispatcher.DispatchOptions["headers"],
  set: Readonly<Record<string, string>>,
): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of entriesOf(given))
    if (value !== undefined) headers[name.toLowerCase()] = value;
  return { ...headers, ...set };
}

function entriesOf(
  headers: Dispatcher.DispatchOptions["headers"],
): Iterable<[string, string | string[] | undefined]> {
  if (!headers) return [];
  if (Array.isArray(headers))
    return Array.from({ length: headers.length / 2 }, (_, index) => [
      String(headers[2 * index]),
      headers[2 * index + 1],
    ]);
  return Symbol.iterator in headers ? headers : Object.entries(headers);
}
