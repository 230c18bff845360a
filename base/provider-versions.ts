/**
 * The first version of Cloudflare's provider that has an attribute, by the
 * schemas of its releases: `internal/services/<resource>/schema.go` at the tags
 * v5.14.0 to v5.22.0, and for the token, whose attribute is newer, the bindings
 * of CDK Terrain that were made from 5.23.0 and 5.24.0.
 *
 * @see https://github.com/cloudflare/terraform-provider-cloudflare/blob/v5.19.1/internal/services/zero_trust_access_application/schema.go
 */
export const SINCE = {
  policyMfa: "5.18.0",
  applicationOAuth: "5.19.0",
  applicationMfa: "5.19.1",
  tokenEnabled: "5.24.0",
} as const;

/** Compares versions of three numbers. */
export function isOlder(version: string, than: string): boolean {
  const parts = (text: string) => text.split(".").map((part) => parseInt(part));
  const [a, b] = [parts(version), parts(than)];
  const index = b.findIndex((part, place) => part !== (a[place] ?? 0));
  return index >= 0 && (a[index] ?? 0) < (b[index] ?? 0);
}
