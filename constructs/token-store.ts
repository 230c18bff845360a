import { ProjectService } from "@cdktf/provider-google/lib/project-service";
import { SecretManagerSecret } from "@cdktf/provider-google/lib/secret-manager-secret";
import {
  SecretManagerSecretVersion,
  type SecretManagerSecretVersionConfig,
} from "@cdktf/provider-google/lib/secret-manager-secret-version";
import type { TerraformResourceLifecycle } from "cdktf";
import { Construct } from "constructs";
import { addFaults, known } from "./faults";
import type { SecretNames } from "./secret-names";
import type { ServiceTokenPolicy } from "./service-token-policy";

/** Where tokens are kept. */
export interface TokenStoreProps {
  /** Id of the Google Cloud project that keeps the secrets: `home-lab-4711`. */
  readonly project: string;
}

/**
 * Google Secret Manager as the place of service tokens, written by the stack
 * itself.
 *
 * Each half of a token is a secret of its own, named as the environment variable
 * that machines read it from: what hands secrets to programs (Cloud Run, the
 * add-on of GKE, External Secrets) maps one secret to one variable, and a
 * program that reads one by hand needs to parse nothing. The halves can't fall
 * apart, since the id of a token never changes.
 *
 * The secret goes to Google by a write-only argument and so is in no plan, and
 * in the state once, with the token. A new secret of the token, by rotation
 * or because the token was made anew, is a new version; `latest` is it. The
 * versions before stay until the stack is destroyed: machines that named one
 * work on for the overlap of a rotation, and after it what they hold opens
 * nothing.
 *
 * The API is switched on and never off, as others may use it by then.
 *
 * @see https://cloud.google.com/secret-manager/docs
 */
export class TokenStore extends Construct {
  /** The Terraform resource that switches the API on. */
  readonly resource: ProjectService;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: TokenStoreProps,
  ) {
    super(scope, id);
    const project = known(props.project);
    addFaults(this, [
      project !== undefined &&
        !/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/.test(project) &&
        `project must be a Google Cloud project's id, 6 to 30 small letters, digits and dashes, such as "home-lab-4711", got "${project}"`,
    ]);
    this.resource = new ProjectService(this, "Default", {
      project: props.project,
      service: "secretmanager.googleapis.com",
      disableOnDestroy: false,
    });
  }

  /**
   * Keeps both halves of a token.
   *
   * @returns the versions that hold them, `projects/…/secrets/…/versions/1`
   */
  keep(token: ServiceTokenPolicy, names: SecretNames): SecretNames {
    const id = this.#version(names.clientId, {
      // No secret, so Terraform may know it, and see by it that the token is
      // another one.
      secretData: token.clientId,
    });
    const secret = this.#version(names.clientSecret, {
      secretDataWo: token.clientSecret,
      // Of a write-only value Terraform can't tell that it has changed. The
      // number tells of a rotation, the other half of another token.
      secretDataWoVersion: token.secretVersion,
      // Spelled out, as cdktf writes what Terraform can't read for a resource.
      replaceTriggeredBy: [
        `${id.terraformResourceType}.${id.friendlyUniqueId}.secret_data`,
      ],
    });
    return { clientId: id.name, clientSecret: secret.name };
  }

  #version(
    name: string,
    {
      replaceTriggeredBy,
      ...data
    }: Pick<
      SecretManagerSecretVersionConfig,
      "secretData" | "secretDataWo" | "secretDataWoVersion"
    > &
      Pick<TerraformResourceLifecycle, "replaceTriggeredBy">,
  ): SecretManagerSecretVersion {
    const secret = new SecretManagerSecret(this, name, {
      project: this.props.project,
      secretId: name,
      replication: { auto: {} },
      deletionProtection: false,
      dependsOn: [this.resource],
    });
    return new SecretManagerSecretVersion(this, `${name}_version`, {
      ...data,
      secret: secret.id,
      deletionPolicy: "ABANDON",
      lifecycle: { createBeforeDestroy: true, replaceTriggeredBy },
    });
  }
}
