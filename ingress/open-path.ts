/** What a name below an open path needs at least one of: see `openPathPattern`. */
export const VISIBLE = String.raw`\w\p{L}\p{Nd}!$&'()*+,:=@\[\]~`;
/** What such a name is made of, as the inside of a class. */
export const SPELLED = String.raw`${VISIBLE}\p{M}.\x20-`;
/** `/`, then a name: more than dots, spaces and accents. */
const SEGMENT = String.raw`/[.\x20]*[${VISIBLE}-][${SPELLED}]*`;

/**
 * The ingress `path` of an open path: the path, and names below it, as
 * docs/open-paths.md has it. A connector compares the decoded path and sends
 * the raw one on, and each service decodes and tidies up in its own way. So
 * nothing is let in that one of them could read as another path: no `.` or `..`
 * segment, empty segment, `;`, `%`, `?`, `#`, backslash, control character or
 * invalid UTF-8 (which Go and we read as U+FFFD). One that ends in `/*` is what lies
 * below, as Access has it: not the path itself.
 *
 * @see https://developers.cloudflare.com/cloudflare-one/networks/connectors/cloudflare-tunnel/do-more-with-tunnels/local-management/configuration-file/
 */
export function openPathPattern(path: string): string {
  const below = path.endsWith("/*");
  const named = below ? path.slice(0, -2) : path;
  const literal = named.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return below
    ? `^${literal}(?:/|(${SEGMENT})+/?)$`
    : `^${literal}(${SEGMENT})*/?$`;
}

/** The pattern of a rule that takes a path of an application in plain spellings only, where a pattern can say it. */
export function plainPattern(path: string): string | undefined {
  const plain = path.replace(/\/$/, "");
  return plain.replace(/\/\*$/, "").includes("*")
    ? undefined
    : openPathPattern(plain);
}
