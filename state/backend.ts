import type { RemoteState } from "./remote-state";

/** A backend of Terraform as it stands in a configuration. */
export interface Backend {
  readonly type: "local" | "s3" | "gcs";
  readonly arguments: Readonly<Record<string, unknown>>;
  /** Where the state is, for people. */
  readonly description: string;
}

/** A state in a file. @param path relative to the stack's folder, or absolute */
export function fileBackend(path: string): Backend {
  return { type: "local", arguments: { path }, description: path };
}

/**
 * The state of one stack in a bucket.
 *
 * @see https://developer.hashicorp.com/terraform/language/backend/s3
 * @see https://developer.hashicorp.com/terraform/language/backend/gcs
 */
export function bucketBackend(state: RemoteState, stack: string): Backend {
  const { bucket, kind, prefix } = state;
  if (kind === "gcs")
    return {
      type: kind,
      arguments: { bucket, prefix: `${prefix}/${stack}` },
      description: `gs://${bucket}/${prefix}/${stack}/default.tfstate`,
    };
  const { endpoint, region } = state;
  const key = `${prefix}/${stack}.tfstate`;
  return {
    type: kind,
    description: `s3://${bucket}/${key}`,
    arguments: {
      bucket,
      key,
      // A lock is an object beside the state: no table elsewhere is needed.
      use_lockfile: true,
      ...(endpoint === undefined
        ? { region, encrypt: true }
        : {
            endpoints: { s3: endpoint },
            region: region ?? "auto",
            ...FOREIGN,
          }),
    },
  };
}

/**
 * What only Amazon has, or does, is left out with everybody else.
 *
 * @see https://developers.cloudflare.com/terraform/advanced-topics/remote-backend/
 */
const FOREIGN = {
  use_path_style: true,
  skip_credentials_validation: true,
  skip_metadata_api_check: true,
  skip_region_validation: true,
  skip_requesting_account_id: true,
  skip_s3_checksum: true,
};

/** A configuration of nothing but a backend. */
export function backendJson(backend: Backend): string {
  const { arguments: values, type } = backend;
  return JSON.stringify({ terraform: { backend: { [type]: values } } });
}
