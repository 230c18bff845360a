import { TerraformResource, type TerraformMetaArguments } from "cdktf";
import type { Construct } from "constructs";
import { EXISTING_APPLICATION } from "../base/existing-application";
import { settingsIn, type AccessAppSettings } from "./access-app-settings";
import { mfaBlock } from "./newer-provider";
import { oauthBlock } from "./oauth-configuration";

interface ExistingApplicationProps extends TerraformMetaArguments {
  readonly accountId: string;
  /** Id of the application. */
  readonly appId: string;
  /** The one host, with an optional path, that it is for. */
  readonly domain: string;
  /** JSON of what the code states of it. */
  readonly settings: string;
  /** Ids of login methods; a Lazy value. */
  readonly allowedIdps: unknown;
  /** Ids of policies in their order; a Lazy value. */
  readonly policies: unknown;
  /** Names of those that the stack makes; a Lazy value. */
  readonly policyNames: unknown;
  /** How long a login lasts by them; a Lazy value. */
  readonly session: string;
}

/** The Terraform resource `tunnel_existing_application`. */
export class ExistingApplicationResource extends TerraformResource {
  static readonly tfResourceType = EXISTING_APPLICATION;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: ExistingApplicationProps,
  ) {
    super(scope, id, {
      ...props,
      terraformResourceType: ExistingApplicationResource.tfResourceType,
    });
  }

  get aud(): string {
    return this.getStringAttribute("aud");
  }

  get id(): string {
    return this.getStringAttribute("id");
  }

  protected override synthesizeAttributes() {
    const { props } = this;
    return {
      account_id: props.accountId,
      app_id: props.appId,
      hostname: props.domain,
      settings: props.settings,
      allowed_idps: props.allowedIdps,
      policies: props.policies,
      policy_names: props.policyNames,
      session: props.session,
    };
  }
}

/**
 * JSON of what the code says of an application, with the names of Cloudflare's
 * API: all else stays as somebody set it.
 */
export function statedSettings(
  props: AccessAppSettings & { readonly name?: string },
): string {
  const { mfaConfig, oauthConfiguration, ...settings } = settingsIn(
    props,
    "",
  ).settings;
  const stated = {
    name: props.name,
    ...inApiNames(settings),
    mfa_config: mfaBlock(mfaConfig),
    oauth_configuration: oauthBlock(oauthConfiguration),
  };
  // What is undefined is not written.
  return JSON.stringify(stated);
}

function inApiNames(value: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).map(([name, part]: [string, unknown]) => [
      name.replace(/[A-Z]|\d+/g, (letter) => `_${letter.toLowerCase()}`),
      isRecord(part) ? inApiNames(part) : part,
    ]),
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
