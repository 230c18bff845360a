import { GoogleError } from "./errors";

/** One version of a secret; what it held is gone once it is destroyed. */
export interface SecretVersion {
  readonly number: number;
  readonly createTime: string;
  state: "ENABLED" | "DISABLED" | "DESTROYED";
  destroyTime?: string;
  /** What is kept, in Base64. */
  data?: string;
}

export interface Secret {
  readonly id: string;
  readonly createTime: string;
  readonly replication: object;
  labels: Readonly<Record<string, string>>;
  annotations: Readonly<Record<string, string>>;
  readonly versions: SecretVersion[];
}

/** One project of Google Cloud, with what the stacks keep there. */
export class GoogleCloud {
  readonly projectId = "rehearsal-only-project";
  /** Answers name projects by number, as Google's do. */
  readonly projectNumber = "100000000001";
  /** Lets its bearer do everything in the project. */
  readonly accessToken = "rehearsal-only-google-access-token-00000000000001";
  /** APIs that are switched on; Secret Manager is not among a new project's. */
  readonly services = new Set([
    "cloudresourcemanager.googleapis.com",
    "serviceusage.googleapis.com",
  ]);
  readonly secrets = new Map<string, Secret>();
  /** Permissions that the token lacks, such as `secretmanager.versions.add`. */
  readonly denied = new Set<string>();

  constructor(readonly now: () => Date = () => new Date()) {}

  /** @throws GoogleError for a project that is none of this cloud's */
  checkProject(name: string): void {
    if (name === this.projectId || name === this.projectNumber) return;
    throw new GoogleError(
      "PERMISSION_DENIED",
      `Permission denied on resource project ${name} (or it may not exist).`,
      "CONSUMER_INVALID",
    );
  }

  /** @throws GoogleError where the token lacks it */
  checkPermission(permission: string, resource: string): void {
    if (!this.denied.has(permission)) return;
    throw new GoogleError(
      "PERMISSION_DENIED",
      `Permission '${permission}' denied for resource '${resource}' (or it may not exist).`,
      "IAM_PERMISSION_DENIED",
    );
  }

  /** @throws GoogleError where an API was never switched on */
  checkService(title: string, service: string): void {
    if (this.services.has(service)) return;
    throw new GoogleError(
      "PERMISSION_DENIED",
      `${title} has not been used in project ${this.projectNumber} before or it is disabled. Enable it by visiting https://console.developers.google.com/apis/api/${service}/overview?project=${this.projectNumber} then retry. If you enabled this API recently, wait a few minutes for the action to propagate to our systems and retry.`,
      "SERVICE_DISABLED",
    );
  }

  /** What a secret's newest version holds; undefined where there is none. */
  read(secretId: string): string | undefined {
    const data = this.secrets.get(secretId)?.versions.at(-1)?.data;
    return data === undefined
      ? undefined
      : Buffer.from(data, "base64").toString();
  }
}
