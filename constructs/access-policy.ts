import type * as PoliciesData from "@cdktf/provider-cloudflare/lib/data-cloudflare-zero-trust-access-policies";
import { ZeroTrustAccessPolicy } from "@cdktf/provider-cloudflare/lib/zero-trust-access-policy";
import { Lazy } from "cdktf";
import { Construct } from "constructs";
import { SINCE } from "../base/provider-versions";
import {
  ruleFaults,
  rulesIn,
  type AccessRule,
  type AccessRules,
} from "./access-rule";
import { addFaults, sessionFault } from "./faults";
import { literally } from "./literally";
import { lookUp, readByName, type ByName } from "./lookup";
import { isForEveryone } from "./for-everyone";
import {
  needed,
  propFaults,
  readProps,
  shown,
  type KnownProps,
} from "./known-props";
import {
  addNewerAttribute,
  mfaBlock,
  mfaFaults,
  needsSelectors,
  type MfaConfig,
} from "./newer-provider";
import { onDemand } from "./on-demand";
import { unreadableTwice } from "./rule-block";

/**
 * What a policy does with those it is for: `allow` lets them in once they have
 * logged in, `deny` ("Block" in the dashboard) keeps them out, `bypass` lets
 * them through without login or log, `non_identity` ("Service Auth") lets in
 * machines by their token.
 */
export type Decision = "allow" | "deny" | "bypass" | "non_identity";

/** A policy that applications can list. */
export interface IAccessPolicy {
  /** Its id in Zero Trust, a UUID. */
  readonly accessPolicyId: string;
  /** Its place among an application's policies hangs on it. */
  readonly decision: Decision;
}

/** People of whom some have to agree before somebody gets in. */
export interface ApprovalGroup {
  /** How many of them have to. */
  readonly approvalsNeeded: number;
  /** Addresses of those who can. @default - those of `emailListUuid` */
  readonly emailAddresses?: readonly string[];
  /** Id of a list of addresses of the account. @default - `emailAddresses` */
  readonly emailListUuid?: string;
}

/** What a policy asks of those whom it lets in. */
export interface PolicySettings {
  /**
   * How long a login through this policy lasts, in Go's notation (`30m`,
   * `24h`); from 15 minutes to a month.
   *
   * @default - as long as the application's
   */
  readonly sessionDuration?: string;
  /**
   * Whether people write down why they need to get in. For `allow` only.
   *
   * @default - whether there is a prompt
   */
  readonly purposeJustificationRequired?: boolean;
  /** The question above the field for it. @default - Cloudflare's */
  readonly purposeJustificationPrompt?: string;
  /**
   * Groups of people of each of which some have to approve, at the start of
   * every session. For `allow` only.
   *
   * @default - nobody has to
   * @see https://developers.cloudflare.com/cloudflare-one/access-controls/policies/temporary-auth/
   */
  readonly approvalGroups?: readonly ApprovalGroup[];
  /**
   * Whether the application is shown in a remote browser. For `allow` only; the
   * account needs Browser Isolation.
   *
   * @default false
   */
  readonly isolationRequired?: boolean;
  /**
   * A second factor that Access itself asks for. The organization has to have
   * it switched on; for `allow` only.
   *
   * @default - the application's
   */
  readonly mfaConfig?: MfaConfig;
}

/** Who a policy is for: any of `include`, all of `require`, none of `exclude`. */
export interface PolicyRules extends AccessRules, PolicySettings {
  /** Name of the policy in Zero Trust. */
  readonly name: string;
}

/** What a policy is made with. */
export interface AccessPolicyProps extends PolicyRules {
  /** Account that owns the policy. */
  readonly accountId: string;
  /** What happens to whom it fits. */
  readonly decision: Decision;
  /** @default "24h" */
  readonly sessionDuration?: string;
}

/**
 * A reusable policy. It does nothing until an application lists it.
 *
 * @see https://developers.cloudflare.com/cloudflare-one/access-controls/policies/
 */
export class AccessPolicy extends Construct implements IAccessPolicy {
  /** A policy that was made elsewhere, by its name; creates nothing. */
  static fromName(
    scope: Construct,
    id: string,
    given: ByName & {
      /** What it does, which can't be looked up before its place is chosen. */
      readonly decision: Decision;
    },
  ): IAccessPolicy {
    // The application that lists it looks at its decision.
    const { decision, ...by } = given ?? {};
    const props = readByName(scope, by, "Access policy");
    const { DataCloudflareZeroTrustAccessPolicies } = onDemand(
      "@cdktf/provider-cloudflare/lib/data-cloudflare-zero-trust-access-policies",
    ) as typeof PoliciesData;
    const all = new DataCloudflareZeroTrustAccessPolicies(scope, id, {
      accountId: props.accountId,
    });
    return {
      accessPolicyId: lookUp(all, { ...props, kind: "Access policy" }),
      decision,
    };
  }

  /** A policy that was made elsewhere, by its id; creates nothing. */
  static fromId(accessPolicyId: string, decision: Decision): IAccessPolicy {
    return { accessPolicyId, decision };
  }

  /** Its id in Zero Trust, known once it is deployed. */
  readonly accessPolicyId: string;
  /** What happens to whom it fits. */
  readonly decision: Decision;
  /** The Terraform resource underneath, for what this construct does not have. */
  readonly resource: ZeroTrustAccessPolicy;
  /** What it was made with, without what is wrong with it. */
  readonly props: AccessPolicyProps;
  readonly #rules: Record<"include" | "require" | "exclude", AccessRule[]>;

  constructor(scope: Construct, id: string, given: AccessPolicyProps) {
    super(scope, id);
    const { faults, props } = readProps(given, POLICY);
    this.props = props;
    const { decision, sessionDuration = "24h" } = props;
    const approvalGroups = listOf(props.approvalGroups);
    this.decision = decision;
    this.#rules = {
      include: [...listOf(props.include)],
      require: [...listOf(props.require)],
      exclude: [...listOf(props.exclude)],
    };
    addFaults(this, [
      ...faults,
      ...mfaFaults(props.mfaConfig),
      sessionFault(sessionDuration),
      ...allowOnlyFaults(props),
      ...approvalGroups.flatMap(approvalFaults),
    ]);
    this.node.addValidation({ validate: () => this.#ruleFaults() });
    const blocks = (list: readonly AccessRule[]) =>
      Lazy.anyValue(
        { produce: () => rulesIn(list).map((rule) => rule._block) },
        { omitEmptyArray: true },
      );
    const { purposeJustificationPrompt: prompt } = props;
    this.resource = new ZeroTrustAccessPolicy(this, "Default", {
      accountId: props.accountId,
      name: props.name,
      decision,
      include: blocks(this.#rules.include),
      require: blocks(this.#rules.require),
      exclude: blocks(this.#rules.exclude),
      // The provider sends "24h" where it is left out, and the policy's wins.
      sessionDuration,
      purposeJustificationRequired:
        props.purposeJustificationRequired ??
        (prompt !== undefined || undefined),
      purposeJustificationPrompt: prompt && literally(prompt),
      approvalRequired: approvalGroups.length > 0 || undefined,
      approvalGroups:
        approvalGroups.length > 0
          ? approvalGroups.map((group) => ({
              ...group,
              emailAddresses: addressesOf(group),
            }))
          : undefined,
      isolationRequired: props.isolationRequired,
      // A policy can't be deleted while an application lists it: the
      // application has to let go of it first.
      lifecycle: { createBeforeDestroy: true },
    });
    addNewerAttribute(this.resource, "mfa_config", {
      value: mfaBlock(props.mfaConfig),
      since: SINCE.policyMfa,
    });
    needsSelectors(this.resource, () =>
      rulesIn(Object.values(this.#rules).flat()),
    );
    this.accessPolicyId = this.resource.id;
  }

  /** Whether it is for anybody at all. */
  get hasInclude(): boolean {
    return this.#rules.include.length > 0;
  }

  /** Whether it is for whoever asks. */
  get matchesEveryone(): boolean {
    const { include, require } = this.#rules;
    return isForEveryone(rulesIn(include), rulesIn(require));
  }

  /** @internal Rules of which one is enough, where nothing else is demanded. */
  get _sufficient(): readonly AccessRule[] {
    const { include, require } = this.#rules;
    return require.length === 0 ? rulesIn(include) : [];
  }

  /** @internal All rules, as they are written. */
  get _blocks() {
    const blocks = (rules: readonly AccessRule[]) =>
      rulesIn(rules).map((rule) => rule._block);
    const { exclude, include, require } = this.#rules;
    return {
      include: blocks(include),
      require: blocks(require),
      exclude: blocks(exclude),
    };
  }

  /** Means those as well who fit any of these. */
  addInclude(...rules: AccessRule[]): void {
    this.#rules.include.push(...rules);
  }

  /** Demands these rules of everybody as well. */
  addRequire(...rules: AccessRule[]): void {
    this.#rules.require.push(...rules);
  }

  /** Leaves out those who fit any of these. */
  addExclude(...rules: AccessRule[]): void {
    this.#rules.exclude.push(...rules);
  }

  #ruleFaults(): string[] {
    const { include, require, exclude } = this.#rules;
    return [
      ...(include.length === 0
        ? [
            `the policy "${this.props.name}" has no include rule and would match no one: add one, for example AccessRule.email("ann@example.com")`,
          ]
        : []),
      ...ruleFaults({ include, require, exclude }),
      ...Object.entries(this.#rules).flatMap(([list, rules]) => {
        const blocks = rulesIn(rules).map((rule) => rule._block);
        return unreadableTwice(list, blocks) ?? [];
      }),
    ];
  }
}

const POLICY: KnownProps<AccessPolicyProps> = {
  accountId: needed("id"),
  name: needed("name"),
  decision: needed(["allow", "deny", "bypass", "non_identity"]),
  include: needed("list"),
  require: "list",
  exclude: "list",
  sessionDuration: "any",
  purposeJustificationRequired: "bool",
  purposeJustificationPrompt: "value",
  approvalGroups: "list",
  isolationRequired: "bool",
  mfaConfig: "any",
};

/** What only people who log in can be asked for. */
function allowOnlyFaults(props: AccessPolicyProps): string[] {
  if (props.decision === "allow") return [];
  const asked = {
    purposeJustificationRequired: props.purposeJustificationRequired,
    purposeJustificationPrompt: props.purposeJustificationPrompt,
    approvalGroups: listOf(props.approvalGroups).length > 0,
    isolationRequired: props.isolationRequired,
    mfaConfig: props.mfaConfig,
  };
  return Object.entries(asked)
    .filter(([, value]) => value)
    .map(
      ([name]) =>
        `${name} needs the decision "allow", got "${props.decision}": leave it out`,
    );
}

const APPROVAL: KnownProps<ApprovalGroup> = {
  approvalsNeeded: "any",
  emailAddresses: { each: "address" },
  emailListUuid: "id",
};

function approvalFaults(group: ApprovalGroup, at: number): string[] {
  const wrong = propFaults(group, APPROVAL, `approvalGroups[${at}].`);
  if (wrong.length > 0) return wrong;
  const { approvalsNeeded, emailListUuid } = group;
  if (!Number.isInteger(approvalsNeeded) || approvalsNeeded < 1)
    return [
      `approvalsNeeded must be a whole number, 1 or more, got ${shown(approvalsNeeded)}`,
    ];
  if (emailListUuid) return [];
  const able = new Set(addressesOf(group)).size;
  if (able === 0)
    return ["an approval group needs emailAddresses or an emailListUuid"];
  return able < approvalsNeeded
    ? [
        `nobody could get in: ${approvalsNeeded} have to approve, and there are ${able} who can`,
      ]
    : [];
}

function addressesOf(group: ApprovalGroup): string[] | undefined {
  return Array.isArray(group?.emailAddresses)
    ? group.emailAddresses.map((email) => String(email).toLowerCase())
    : undefined;
}

/** Nothing for what is no list; the faults name that. */
function listOf<T>(given: readonly T[] | undefined): readonly T[] {
  return Array.isArray(given) ? given : [];
}
