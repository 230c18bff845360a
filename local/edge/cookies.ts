/** What a browser is told about a cookie beside its value. */
export interface CookieAttributes {
  /** @default "/" */
  readonly path?: string;
  /** When the browser forgets it; left out, when it ends. */
  readonly expires?: Date;
  /** @default true */
  readonly httpOnly?: boolean;
  readonly sameSite?: string;
}

/** One `Set-Cookie` header. The edge speaks TLS only, so all are `Secure`. */
export function cookie(
  name: string,
  value: string,
  { expires, httpOnly = true, path = "/", sameSite }: CookieAttributes = {},
): string {
  return [
    `${name}=${value}`,
    ...(expires ? [`Expires=${expires.toUTCString()}`] : []),
    `Path=${path}`,
    "Secure",
    ...(httpOnly ? ["HttpOnly"] : []),
    ...(sameSite ? [`SameSite=${sameSite}`] : []),
  ].join("; ");
}

/** A `Set-Cookie` header that makes the browser forget a cookie. */
export function forget(name: string, path = "/"): string {
  return cookie(name, "", { path, expires: new Date(0) });
}

/** The cookies of a request, as often as they come. */
export function readCookies(header: string | undefined): Map<string, string[]> {
  const cookies = new Map<string, string[]>();
  for (const pair of (header ?? "").split(";")) {
    const equals = pair.indexOf("=");
    if (equals === -1) continue;
    const name = pair.slice(0, equals).trim();
    const values = cookies.get(name) ?? [];
    cookies.set(name, [...values, pair.slice(equals + 1).trim()]);
  }
  return cookies;
}
