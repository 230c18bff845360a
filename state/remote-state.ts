/** A bucket in which the states of all stacks are kept, each locked while it changes. */
export type RemoteState =
  | {
      /**
       * Amazon's S3, or what speaks its protocol and can write an object only if
       * there is none (Cloudflare R2, MinIO): locks are made so.
       */
      readonly kind: "s3";
      readonly bucket: string;
      readonly prefix: string;
      /** Address of the service. @default - Amazon's */
      readonly endpoint?: string;
      /** @default - with an endpoint "auto", else what AWS_REGION says */
      readonly region?: string;
    }
  | {
      /** Google Cloud Storage. */
      readonly kind: "gcs";
      readonly bucket: string;
      readonly prefix: string;
    };

/** The settings that say where states are kept, as they are given. */
export interface StateVariables {
  readonly ACCESS_STATE?: string;
  readonly ACCESS_STATE_BUCKET?: string;
  readonly ACCESS_STATE_PREFIX?: string;
  readonly ACCESS_STATE_ENDPOINT?: string;
  readonly ACCESS_STATE_REGION?: string;
  readonly AWS_REGION?: string;
  readonly AWS_DEFAULT_REGION?: string;
}

/** Where states may be kept. */
export const STATE_KINDS = ["local", "s3", "gcs"] as const;
export type StateKind = (typeof STATE_KINDS)[number];

/**
 * Reads where states are kept; no `state` means on this machine. Credentials are
 * not asked for: Terraform takes them from the variables that Amazon's and
 * Google's own tools read.
 */
export function readRemoteState(
  environment: StateVariables,
  kind = environment.ACCESS_STATE || "local",
): { state?: RemoteState; faults: string[] } {
  const variables: StateVariables = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== ""),
  );
  if (!isStateKind(kind))
    return {
      faults: [
        `ACCESS_STATE must be one of ${STATE_KINDS.join(", ")}, got "${kind}"`,
      ],
    };
  if (kind === "local") return { faults: [] };
  const {
    ACCESS_STATE_BUCKET: bucket = "",
    ACCESS_STATE_PREFIX: prefix = "access-stacks",
    ACCESS_STATE_ENDPOINT: endpoint,
    ACCESS_STATE_REGION: region,
  } = variables;
  const anyRegion =
    region ?? variables.AWS_REGION ?? variables.AWS_DEFAULT_REGION;
  const faults = [
    bucket === ""
      ? `ACCESS_STATE_BUCKET is not set: give the bucket that ACCESS_STATE=${kind} is to use`
      : !/^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/.test(bucket) &&
        `ACCESS_STATE_BUCKET must be a bucket's name alone, got "${bucket}"`,
    !/^[\w.-]+(\/[\w.-]+)*$/.test(prefix) &&
      `ACCESS_STATE_PREFIX must be a path such as "team/access", without a slash at its ends, got "${prefix}"`,
    kind === "gcs" &&
      endpoint !== undefined &&
      "ACCESS_STATE_ENDPOINT is for ACCESS_STATE=s3 only: leave it out",
    kind === "s3" &&
      endpoint !== undefined &&
      !/^(https:\/\/|http:\/\/(localhost|127\.0\.0\.1)[:/])[^/]*$/.test(
        endpoint,
      ) &&
      `ACCESS_STATE_ENDPOINT must be an address without a path such as "https://ACCOUNT.r2.cloudflarestorage.com", got "${endpoint}"`,
    kind === "s3" &&
      endpoint === undefined &&
      anyRegion === undefined &&
      "ACCESS_STATE_REGION is not set: give the bucket's region such as \"eu-central-1\", or ACCESS_STATE_ENDPOINT where it is not Amazon's",
  ].filter((fault) => typeof fault === "string");
  if (faults.length > 0) return { faults };
  return {
    state:
      kind === "gcs"
        ? { kind, bucket, prefix }
        : { kind, bucket, prefix, endpoint, region },
    faults,
  };
}

function isStateKind(kind: string): kind is StateKind {
  return (STATE_KINDS as readonly string[]).includes(kind);
}
