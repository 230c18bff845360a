import type * as GroupsData from "@cdktf/provider-cloudflare/lib/data-cloudflare-zero-trust-access-groups";
import type * as GroupResource from "@cdktf/provider-cloudflare/lib/zero-trust-access-group";
import { Construct } from "constructs";
import type { AccessRule } from "./access-rule";
import { addFaults } from "./faults";
import { lookUp } from "./lookup";
import { onDemand } from "./on-demand";

/** A group of rules that policies of several applications can name. */
export interface IAccessGroup {
  readonly accessGroupId: string;
}

export interface AccessGroupProps {
  /** Account that owns the group. */
  readonly accountId: string;
  /** Name in Zero Trust. @default - the construct's id */
  readonly name?: string;
  /** Whoever fits any of these is a member. */
  readonly include: readonly AccessRule[];
  /** Rules that every member must fit as well. @default - none */
  readonly require?: readonly AccessRule[];
  /** Whoever fits any of these is no member. @default - nobody */
  readonly exclude?: readonly AccessRule[];
}

/**
 * People, endings and the like under one name. A change of its members counts
 * at once wherever a policy names it. Cloudflare deletes no group that a policy
 * still names.
 *
 * @see https://developers.cloudflare.com/cloudflare-one/identity/users/groups/
 */
export class AccessGroup extends Construct implements IAccessGroup {
  /**
   * Finds groups that stand in the account by their names; creates nothing.
   * The plan fails where one of them is not there.
   */
  static fromNames(
    scope: Construct,
    id: string,
    props: {
      readonly accountId: string;
      readonly names: readonly string[];
      /**
       * Ids in a plan that is never applied, of those that are not there yet.
       *
       * @default - the plan fails
       */
      readonly placeholder?: (name: string) => string | undefined;
    },
  ): IAccessGroup[] {
    const { DataCloudflareZeroTrustAccessGroups } = onDemand(
      "@cdktf/provider-cloudflare/lib/data-cloudflare-zero-trust-access-groups",
    ) as typeof GroupsData;
    const all = new DataCloudflareZeroTrustAccessGroups(scope, id, {
      accountId: props.accountId,
    });
    return props.names.map((name) => ({
      accessGroupId: lookUp(all, {
        kind: "Access group",
        name,
        placeholder: props.placeholder?.(name),
        remedy:
          "Write one of these in allowedGroups, or add it to the groups of the identity stack and deploy that first.",
      }),
    }));
  }

  readonly accessGroupId: string;
  /** The Terraform resource underneath. */
  readonly resource: GroupResource.ZeroTrustAccessGroup;

  constructor(scope: Construct, id: string, props: AccessGroupProps) {
    super(scope, id);
    const { exclude = [], include, name = id, require = [] } = props;
    const blocks = (rules: readonly AccessRule[]) =>
      rules.length > 0 ? rules.map((rule) => rule._block) : undefined;
    addFaults(this, [
      include.length === 0 &&
        `the group "${name}" has no include rule and nobody would be in it: add one`,
      require.length === 0 &&
        include.some((rule) => rule.matchesEveryone) &&
        `the group "${name}" would hold anyone with a login: name e-mail addresses or domains (house rule allow-everyone)`,
    ]);
    const { ZeroTrustAccessGroup } = onDemand(
      "@cdktf/provider-cloudflare/lib/zero-trust-access-group",
    ) as typeof GroupResource;
    this.resource = new ZeroTrustAccessGroup(this, "Default", {
      accountId: props.accountId,
      name,
      include: blocks(include) ?? [],
      require: blocks(require),
      exclude: blocks(exclude),
    });
    this.accessGroupId = this.resource.id;
  }
}
