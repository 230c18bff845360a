import { goDuration } from "../base/duration";
import {
  ZeroTrustAccessApplication,
  type ZeroTrustAccessApplicationPolicies,
} from "@cdktf/provider-cloudflare/lib/zero-trust-access-application";
import { ZeroTrustAccessPolicy } from "@cdktf/provider-cloudflare/lib/zero-trust-access-policy";
import { Lazy } from "cdktf";
import { Construct } from "constructs";
import type { AccessRule } from "./access-rule";
import { addFaults, known } from "./faults";
import type { IIdentityProvider } from "./identity-provider";

/** An application that a tunnel route can demand a login of. */
export interface IAccessApp {
  /** Its audience tag, which the JWTs of this application carry. */
  readonly aud: string;
}

export interface AccessAppProps {
  /** Account that owns the application. */
  readonly accountId: string;
  /** Name shown on the login page and in the logs. @default - the construct's id */
  readonly name?: string;
  /** Host to protect, without scheme or path: `app.example.com`. */
  readonly hostname: string;
  /** Path below which it protects, such as `/webhook`. @default - the whole host */
  readonly path?: string;
  /**
   * How long a login lasts, in Go's notation (`30m`, `24h`); from 15 minutes to
   * a month.
   *
   * @default "24h"
   * @see https://developers.cloudflare.com/cloudflare-one/identity/users/session-management/
   */
  readonly sessionDuration?: string;
  /** Login methods people may use. @default - every one of the account */
  readonly loginMethods?: readonly IIdentityProvider[];
}

/** Who a policy lets in: any of `include`, all of `require`, none of `exclude`. */
export interface PolicyRules {
  /** Name of the policy in Zero Trust. */
  readonly name: string;
  readonly include: readonly AccessRule[];
  readonly require?: readonly AccessRule[];
  readonly exclude?: readonly AccessRule[];
}

const MONTH = 730;

/**
 * A self-hosted application behind Cloudflare Access. Nobody gets in until a
 * policy is added.
 *
 * @see https://developers.cloudflare.com/cloudflare-one/applications/configure-apps/self-hosted-public-app/
 */
export class AccessApp extends Construct implements IAccessApp {
  readonly accessAppId: string;
  readonly aud: string;
  /** Host and path as Access writes them. */
  readonly domain: string;
  /** The Terraform resource underneath. */
  readonly resource: ZeroTrustAccessApplication;
  readonly #policies: ZeroTrustAccessApplicationPolicies[] = [];
  readonly #sessionDuration: string;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: AccessAppProps,
  ) {
    super(scope, id);
    const { loginMethods, sessionDuration = "24h" } = props;
    this.#sessionDuration = sessionDuration;
    this.domain = props.hostname + (props.path ?? "");
    addFaults(this, [...hostnameFaults(props), sessionFault(sessionDuration)]);
    this.node.addValidation({
      validate: () =>
        this.#policies.length > 0
          ? []
          : [
              `nobody could reach ${this.domain}: add at least one policy, for example allow(AccessRule.email("ann@example.com"))`,
            ],
    });

    this.resource = new ZeroTrustAccessApplication(this, "Default", {
      accountId: props.accountId,
      name: props.name ?? id,
      type: "self_hosted",
      domain: this.domain,
      sessionDuration,
      allowedIdps: loginMethods?.map((method) => method.identityProviderId),
      // With one login method, the page that offers the choice is left out.
      autoRedirectToIdentity: loginMethods?.length === 1,
      // Stated, because the API answers `false` where they are left out, and an
      // imported application would show a change.
      enableBindingCookie: false,
      optionsPreflightBypass: false,
      policies: Lazy.anyValue({ produce: () => this.#policies }),
    });
    this.accessAppId = this.resource.id;
    this.aud = this.resource.aud;
  }

  /** Lets people in who log in and fit the rules. */
  allow(id: string, rules: PolicyRules): ZeroTrustAccessPolicy {
    return this.#addPolicy(id, "allow", rules);
  }

  /** Lets requests through with neither login nor log. */
  bypass(id: string, rules: PolicyRules): ZeroTrustAccessPolicy {
    return this.#addPolicy(id, "bypass", rules);
  }

  /** Lets machines in by their service token. */
  serviceAuth(id: string, rules: PolicyRules): ZeroTrustAccessPolicy {
    return this.#addPolicy(id, "non_identity", rules);
  }

  /** Applies a policy of another application here too, after those before it. */
  share(policy: ZeroTrustAccessPolicy): void {
    this.#policies.push({
      id: policy.id,
      precedence: this.#policies.length + 1,
    });
  }

  #addPolicy(
    id: string,
    decision: "allow" | "bypass" | "non_identity",
    rules: PolicyRules,
  ): ZeroTrustAccessPolicy {
    const blocks = (list: readonly AccessRule[] = []) =>
      list.length > 0 ? list.map((rule) => rule._block) : undefined;
    const policy = new ZeroTrustAccessPolicy(this, id, {
      accountId: this.props.accountId,
      name: rules.name,
      decision,
      include: blocks(rules.include),
      require: blocks(rules.require),
      exclude: blocks(rules.exclude),
      // The provider sends "24h" where it is left out, and the policy's wins.
      sessionDuration: this.#sessionDuration,
      // A policy can't be deleted while an application lists it: the
      // application has to let go of it first.
      lifecycle: { createBeforeDestroy: true },
    });
    if (rules.include.length === 0)
      addFaults(policy, [
        `the policy "${rules.name}" has no include rule and would match no one: add one (people come from ACCESS_ALLOWED_EMAILS and ACCESS_ALLOWED_EMAIL_DOMAINS)`,
      ]);
    if (
      decision !== "non_identity" &&
      this.props.path === undefined &&
      (rules.require ?? []).length === 0 &&
      rules.include.some((rule) => rule.matchesEveryone)
    )
      addFaults(policy, [
        decision === "bypass"
          ? `the policy "${rules.name}" would open all of ${this.domain} to everyone: name the paths that must be open, each as an application of its own (house rule bypass-wider-than-paths)`
          : `the policy "${rules.name}" would let anyone with a login into ${this.domain}: name e-mail addresses or domains (house rule allow-everyone)`,
      ]);
    this.share(policy);
    return policy;
  }
}

function hostnameFaults({ hostname, path }: AccessAppProps): string[] {
  const faults: string[] = [];
  const host = known(hostname);
  if (host?.includes("*"))
    faults.push(
      `hostname must be one host, got "${host}": a wildcard means one label in Access and any depth in a tunnel (house rule wildcard-host)`,
    );
  else if (
    host !== undefined &&
    !/^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/.test(
      host,
    )
  )
    faults.push(
      `hostname must be a bare, lower-case host name such as "app.example.com", got "${host}"`,
    );
  const below = known(path);
  if (
    below !== undefined &&
    !/^(\/(?!\.+(\/|$))[A-Za-z0-9._~-]+)+$/.test(below)
  )
    faults.push(
      `path must look like "/webhook", without trailing slash, query, wildcard or "..", got "${below}"`,
    );
  return faults;
}

function sessionFault(duration: string): string | undefined {
  const hours = (goDuration(duration) ?? 0) / 3_600_000;
  if (hours >= 0.25 && hours <= MONTH) return undefined;
  return `sessionDuration must be from "15m" to "${MONTH}h" in hours, minutes and seconds such as "24h" or "1h30m", got "${duration}"`;
}
