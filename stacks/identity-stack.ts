import { checkProps } from "../base/check-props";
import { ZeroTrustAccessIdentityProvider } from "@cdktf/provider-cloudflare/lib/zero-trust-access-identity-provider";
import { TerraformOutput, TerraformVariable } from "cdktf";
import type { Construct } from "constructs";
import { isOneTimePin } from "../base/one-time-pin";
import { AccessGroup } from "../constructs/access-group";
import { AccessRule } from "../constructs/access-rule";
import { addFaults } from "../constructs/faults";
import { IdentityProvider } from "../constructs/identity-provider";
import { LeftInPlace } from "../constructs/left-in-place";
import { methodNameFault } from "../constructs/login-method-name";
import {
  isClient,
  KIND_NAMES,
  type LoginMethodKind,
} from "../constructs/login-method-kinds";
import { OneTimePin, OneTimePinResource } from "../constructs/one-time-pin";
import { placeholderId } from "../constructs/placeholder";
import { TunnelProvider } from "../constructs/tunnel-provider";
import { UniqueNamesResource } from "../constructs/unique-names";
import { TUNNEL_PROVIDER } from "../providers/tunnel-route/package";
import { providerVersion } from "../terraform-plugin/mirror";
import { AccountStack, type AccountStackProps } from "./account-stack";
import { identityProps } from "./known-props";
import { loginMethodNamed, slugOf } from "./login-method";
import { LOGIN_METHOD_REMEDY, severalRemedy } from "./remedies";

/** What the stack of the login methods is made with. */
export interface IdentityStackProps extends AccountStackProps {
  /** The login method that services use unless they name another. */
  readonly loginMethod: {
    /**
     * Its name in Zero Trust; the services' stacks find it by this name.
     * `One-time PIN` is a code by mail, whatever its name in the account: it is
     * made where the account has none.
     */
    readonly name: string;
    /**
     * Id of Google's OAuth client; the secret is the Terraform variable
     * `google_client_secret` (`TF_VAR_google_client_secret`).
     *
     * @default - the login method exists already: this stack creates nothing.
     * One that it made before stays in the account, as services may still
     * name it when this stack is deployed.
     */
    readonly googleClientId?: string;
  };
  /**
   * Further login methods by the names that people see. The secret of each
   * client is a Terraform variable of its own, `github_client_secret` for
   * `GitHub` (`TF_VAR_github_client_secret`). Before one is taken out here, its
   * services have to be deployed without it: Cloudflare deletes one in use.
   *
   * @default - none
   */
  readonly loginMethods?: Readonly<Record<string, MadeLoginMethod>>;
  /**
   * Groups by their names in Zero Trust, for the `allowedGroups` of any number
   * of services. Before one is taken out here, its services have to be deployed
   * without it.
   *
   * @default - none is made
   */
  readonly groups?: Readonly<Record<string, GroupMembers>>;
}

/** Who is in a group: whoever fits any of what is given. */
export interface GroupMembers {
  /** Addresses of people. @default - none */
  readonly emails?: readonly string[];
  /** Everyone whose address ends so: `example.com`. @default - none */
  readonly emailDomains?: readonly string[];
  /** Further rules, any of which makes a member. @default - none */
  readonly include?: readonly AccessRule[];
  /** Rules that every member must fit as well. @default - none */
  readonly require?: readonly AccessRule[];
  /** Rules of people who are no members, whatever the others say. @default - none */
  readonly exclude?: readonly AccessRule[];
}

/** A login method that this stack makes: a kind, or the code by mail. */
export type MadeLoginMethod = LoginMethodKind | { readonly type: "onetimepin" };

/** Both have their Terraform resource as `resource`. */
export type OwnLoginMethod = IdentityProvider | OneTimePin;

const TYPE = ZeroTrustAccessIdentityProvider.tfResourceType;
const GOOGLE = "google";
const GOOGLE_SECRET = "google_client_secret";
const PIN = "one_time_pin";
const NAMES = "names";

/** How people log in to every service of the account. */
export class IdentityStack extends AccountStack {
  /** The login methods that this stack makes, by their names. */
  readonly loginMethods: ReadonlyMap<string, OwnLoginMethod>;
  /** The groups that this stack makes, by their names. */
  readonly groups: ReadonlyMap<string, AccessGroup>;
  readonly #made = new Map<string, OwnLoginMethod>();
  readonly #secrets: Record<string, TerraformVariable> = {};
  /** Names of the login methods whose client has the secret, by its variable. */
  readonly #clients = new Map<string, string>();
  readonly #groups = new Map<string, AccessGroup>();
  readonly #accountId: string;
  #names: UniqueNamesResource | undefined;

  constructor(scope: Construct, id: string, given: IdentityStackProps) {
    checkProps(
      "IdentityStack",
      given,
      ["accountId", "stateDir", "loginMethod"],
      ["stateDir"],
    );
    super(scope, id, given);
    const { faults, props } = identityProps(this.node.path, given);
    addFaults(this, faults);
    const { accountId, groups = {}, loginMethod } = props;
    this.loginMethods = this.#made;
    this.groups = this.#groups;
    this.#accountId = accountId;
    for (const [name, members] of Object.entries(groups))
      this.addGroup(name, members);
    // Always declared, so that a value in the environment is never refused.
    // Without a default a destroy would wait at a prompt for it.
    const clientSecret = this.#secret(GOOGLE_SECRET, "Google");
    const { googleClientId, name } = loginMethod;
    if (googleClientId !== undefined) {
      this.#clients.set(GOOGLE_SECRET, name);
      this.#keep(
        name,
        new IdentityProvider(this, GOOGLE, {
          accountId,
          name,
          clientId: googleClientId,
          clientSecret,
          secretWithheld: props.planOnly,
          secretRemedy:
            "Set TF_VAR_google_client_secret to the secret of the OAuth client.",
        }),
      );
    } else new LeftInPlace(this, "own_login_method", `${TYPE}.${GOOGLE}`);
    const pin = isOneTimePin(name) && googleClientId === undefined;
    const further = Object.entries(props.loginMethods ?? {});
    if (pin || further.some(([, { type }]) => type === "onetimepin")) {
      this.#bringProvider();
      this.#keep(
        KIND_NAMES.onetimepin,
        new OneTimePin(this, PIN, { accountId }),
      );
    } else
      new LeftInPlace(
        this,
        "own_one_time_pin",
        `${OneTimePinResource.tfResourceType}.${PIN}`,
      );
    new LeftInPlace(
      this,
      "own_names",
      `${UniqueNamesResource.tfResourceType}.${NAMES}`,
      () => this.#names === undefined,
    );
    // Earlier versions of this stack had it there.
    new LeftInPlace(this, "earlier_one_time_pin", `${TYPE}.${PIN}`);
    this.#addLoginMethods(props, further);
    if (googleClientId === undefined && !pin && !this.#made.has(name))
      IdentityProvider.fromName(this, "existing", {
        accountId,
        name,
        remedy: LOGIN_METHOD_REMEDY,
        severalRemedy: severalRemedy(undefined),
      });
  }

  /**
   * One of the login methods that this stack makes, for rules of groups: `AccessRule.githubOrganization({ loginMethod, name: "acme" })`.
   *
   * @throws UsageError where there is none of this name
   */
  loginMethod(name: string): OwnLoginMethod {
    return loginMethodNamed(this.#made, name);
  }

  #addLoginMethods(
    { accountId, planOnly }: IdentityStackProps,
    further: readonly (readonly [string, MadeLoginMethod])[],
  ): void {
    const redirectUris: Record<string, string> = {};
    for (const [name, method] of further) {
      const slug = slugOf(name);
      const fault = this.#nameFault(name, method);
      addFaults(this, [fault]);
      if (fault !== undefined || method.type === "onetimepin") continue;
      const common = { accountId, name };
      const made = new IdentityProvider(
        this,
        `login_${slug}`,
        !isClient(method)
          ? { ...common, ...method }
          : {
              ...common,
              ...method,
              clientSecret: this.#secret(`${slug}_client_secret`, name),
              secretWithheld: planOnly,
              secretRemedy: `Set TF_VAR_${slug}_client_secret to the secret of its client.`,
            },
      );
      this.#keep(name, made);
      if (method.type !== "cloudflare") redirectUris[name] = made.redirectUri;
    }
    // None says nothing: an output that comes with a new version of this code
    // would be a change to deploy.
    if (Object.keys(redirectUris).length > 0)
      new TerraformOutput(this, "redirect_uris", { value: redirectUris });
  }

  #nameFault(name: string, { type }: MadeLoginMethod): string | undefined {
    if (type === "onetimepin")
      return isOneTimePin(name)
        ? undefined
        : `a code by mail is "${KIND_NAMES.onetimepin}" wherever it is named in code, got "${name}": write "${KIND_NAMES.onetimepin}": { type: "onetimepin" }, and rename it in Zero Trust for people to see another name`;
    const fault = methodNameFault(name, type ?? "google");
    if (fault !== undefined) return fault;
    if (this.#made.has(name))
      return `two login methods are named "${name}": give each its own name`;
    const secret = `${slugOf(name)}_client_secret`;
    const client = isClient({ type });
    const other =
      [...this.#made.keys()].find((made) => slugOf(made) === slugOf(name)) ??
      (client ? this.#clients.get(secret) : undefined);
    if (client && other === undefined) this.#clients.set(secret, name);
    return other === undefined
      ? undefined
      : `the login methods "${other}" and "${name}" would have one secret, ${secret}: give "${name}" a name that differs from ${slugOf(other) === slugOf(name) ? `"${other}" in more than capitals, accents, spaces and punctuation` : `"Google", as the secret of loginMethod is always that`}`;
  }

  #keep(name: string, method: OwnLoginMethod): void {
    this.#made.set(name, method);
    // An account has one code by mail, whatever its name.
    if (method instanceof IdentityProvider)
      this.#uniqueNames().loginMethods[name] = method.identityProviderId;
    this.makes.add(placeholderId("login method", name));
  }

  /** What holds the names that this stack gives against the account's. */
  #uniqueNames(): UniqueNamesResource {
    this.#bringProvider();
    return (this.#names ??= new UniqueNamesResource(this, NAMES, {
      accountId: this.#accountId,
    }));
  }

  /** Our own provider: once, and only where something needs it. */
  #bringProvider(): void {
    if (this.node.tryFindChild("tunnel")) return;
    new TunnelProvider(this, "tunnel", {
      source: TUNNEL_PROVIDER.address,
      version: providerVersion(TUNNEL_PROVIDER),
      journalDir: this.statePath("journal"),
    });
  }

  #secret(id: string, of: string): string {
    const secret = (this.#secrets[id] ??= new TerraformVariable(this, id, {
      type: "string",
      sensitive: true,
      default: "",
      description: `Secret of the OAuth client of ${of}`,
    }));
    return secret.stringValue;
  }

  /** Adds a group, for the `allowedGroups` of services. */
  addGroup(name: string, members: GroupMembers): void {
    if (!/^\w[\w -]*$/.test(name)) {
      addFaults(this, [
        `a group's name must be letters, digits, spaces, "-" and "_", got "${name}"`,
      ]);
      return;
    }
    const id = `group_${name.replaceAll(" ", "_")}`;
    const [other] = [...this.#groups.keys()].filter(
      (made) => made.replaceAll(" ", "_") === name.replaceAll(" ", "_"),
    );
    if (other !== undefined) {
      addFaults(this, [
        `the groups "${other}" and "${name}" would be one in Terraform: give one of them a name that differs in more than spaces and "_"`,
      ]);
      return;
    }
    const group = new AccessGroup(this, id, {
      accountId: this.#accountId,
      name,
      include: [
        ...(members.emails ?? []).map(AccessRule.email),
        ...(members.emailDomains ?? []).map(AccessRule.emailDomain),
        ...(members.include ?? []),
      ],
      require: members.require,
      exclude: members.exclude,
    });
    this.#groups.set(name, group);
    this.#uniqueNames().groups[name] = group.accessGroupId;
    this.makes.add(placeholderId("Access group", name));
  }
}
