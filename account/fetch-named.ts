/** Header that names the call, on answers that refuse it. */
const CALL = "x-refused-call";
/** Longer than anyone wants to wait without being told, in seconds. */
const LONG_WAIT = 15;

/**
 * `fetch` for clients of Cloudflare's API: an answer that refuses a call names
 * it, and one that asks to wait for minutes is not waited for in silence, as
 * the SDK would do.
 *
 * @see https://developers.cloudflare.com/fundamentals/api/reference/limits/
 */
export async function fetchNamed(
  input: string | URL | Request,
  init?: RequestInit,
): Promise<Response> {
  const answer = await fetch(input, init);
  if (answer.ok) return answer;
  const headers = new Headers(answer.headers);
  const url = new URL(input instanceof Request ? input.url : input);
  const path = url.pathname.replace(/^\/client\/v4/, "");
  headers.set(CALL, `${init?.method?.toUpperCase() ?? "GET"} ${path}`);
  if (Number(headers.get("retry-after") ?? 0) > LONG_WAIT)
    headers.set("x-should-retry", "false");
  const { status, statusText } = answer;
  return new Response(answer.body, { status, statusText, headers });
}

/** The call that was refused with these headers, for example `GET /zones`. */
export function refusedCall(headers: Headers | undefined): string | undefined {
  return headers?.get(CALL) ?? undefined;
}
