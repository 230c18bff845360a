/** How a zone is set: strictly as RFC 3986 has it, or with slashes tidied up before that. */
export type Normalization = "rfc3986" | "cloudflare";

/**
 * A path in the one spelling that Access looks at, so that `/%61dmin` and
 * `/x/../admin` are decided as `/admin`. The origin still gets the path as it
 * was sent: what covers a path here need not be what the origin serves for it.
 *
 * @see https://developers.cloudflare.com/rules/normalization/how-it-works/
 */
export function normalizePath(
  path: string,
  normalization: Normalization,
): string {
  const tidied =
    normalization === "cloudflare"
      ? path.replaceAll("\\", "/").replace(/\/{2,}/g, "/")
      : path;
  return withoutDotSegments(inOneEncoding(tidied));
}

/** Unreserved characters plain, reserved ones as they are, all others encoded in capitals. */
function inOneEncoding(path: string): string {
  return path
    .replace(/%[0-9a-f]{2}/gi, (encoded) => {
      const plain = String.fromCharCode(parseInt(encoded.slice(1), 16));
      return /[\w.~-]/.test(plain) ? plain : encoded.toUpperCase();
    })
    .replace(/[^\w.~:/?#[\]@!$&'()*+,;=%-]+/gu, encodeURIComponent);
}

/** RFC 3986, 5.2.4. */
function withoutDotSegments(path: string): string {
  const segments = path.split("/").slice(1);
  const kept: string[] = [];
  segments.forEach((segment, index) => {
    const dots = segment === "." || segment === "..";
    if (segment === "..") kept.pop();
    if (!dots) kept.push(segment);
    else if (index === segments.length - 1) kept.push("");
  });
  return `/${kept.join("/")}`;
}
