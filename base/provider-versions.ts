/**
 * The first version of Cloudflare's provider that has an attribute, by the
 * schemas of its releases: `internal/services/<resource>/schema.go` at the tags
 * v5.14.0 to v5.22.0, and for the token, whose attribute is newer, the bindings
 * of CDK Terrain that were made from 5.23.0 and 5.24.0.
 *
 * @see https://github.com/cloudflare/terraform-provider-cloudflare/blob/v5.19.1/internal/services/zero_trust_access_application/schema.go
 */
export const SINCE = {
  denyUnmatched: "5.17.0",
  policyMfa: "5.18.0",
  clipboardRules: "5.18.0",
  applicationType: "5.18.0",
  applicationOAuth: "5.19.0",
  userRiskScore: "5.19.0",
  privateRouting: "5.19.0",
  ownerLeftOut: "5.19.0",
  organizationKeys: "5.19.0",
  applicationMfa: "5.19.1",
  loginMethodMembers: "5.20.0",
  accountMember: "5.20.0",
  zoneTypes: "5.20.0",
  shadowedRecords: "5.22.0",
  tokenEnabled: "5.24.0",
} as const;

/** The version that the bindings were made for, and the oldest that works here. */
export const DEFAULT_PROVIDER = "5.14.0";

/** The newest whose schemas were looked at. */
const NEWEST_KNOWN = "5.22.0";

/** What is wrong with a version of Cloudflare's provider, if anything. */
export function providerVersionFault(version: string): string | undefined {
  return /^5(\.(0|[1-9]\d*)){2}$/.test(version) &&
    !isOlder(version, DEFAULT_PROVIDER)
    ? undefined
    : `must be ${DEFAULT_PROVIDER} or a later version of 5, such as "5.22.0"`;
}

/**
 * The versions of Cloudflare's provider that write states which those before
 * refuse, each with the version of the schema by which Terraform tells.
 *
 * @see https://github.com/cloudflare/terraform-provider-cloudflare/pull/6909
 */
const STATE_FORMATS: readonly {
  readonly since: string;
  readonly access: number;
  readonly dns: number;
}[] = [
  { since: "5.19.0", access: 500, dns: 500 },
  { since: "5.17.0", access: 1, dns: 0 },
];

/** The version of the schema of a resource type, and those before it. */
export function schemaVersions(
  module: string,
  version: string,
): readonly number[] {
  const kind = module === "dns-record" ? "dns" : "access";
  const had = STATE_FORMATS.filter(({ since }) => !isOlder(version, since));
  return [...new Set([...had.map((format) => format[kind]), 0])];
}

/**
 * Whether the older of two versions refuses the state that the newer one
 * writes. Of versions that nobody has looked at, it is assumed.
 */
export function isOneWay(from: string, to: string): boolean {
  return (
    isOlder(from, to) &&
    (isOlder(NEWEST_KNOWN, to) ||
      STATE_FORMATS.some(
        ({ since }) => isOlder(from, since) && !isOlder(to, since),
      ))
  );
}

/** Compares versions of three numbers. */
export function isOlder(version: string, than: string): boolean {
  const parts = (text: string) => text.split(".").map((part) => parseInt(part));
  const [a, b] = [parts(version), parts(than)];
  const index = b.findIndex((part, place) => part !== (a[place] ?? 0));
  return index >= 0 && (a[index] ?? 0) < (b[index] ?? 0);
}
