import type * as GroupsData from "@cdktf/provider-cloudflare/lib/data-cloudflare-zero-trust-access-groups";
import type * as GroupResource from "@cdktf/provider-cloudflare/lib/zero-trust-access-group";
import { Lazy } from "cdktf";
import { Construct } from "constructs";
import {
  ruleFaults,
  rulesIn,
  type AccessRule,
  type AccessRules,
} from "./access-rule";
import { addFaults } from "./faults";
import { isForEveryone } from "./for-everyone";
import { needed, readProps, type KnownProps } from "./known-props";
import { needsSelectors } from "./newer-provider";
import { lookUp, readByName, readByNames, type ByName } from "./lookup";
import { onDemand } from "./on-demand";

/** A group of rules that policies of several applications can name. */
export interface IAccessGroup {
  /** Its id in Zero Trust, a UUID. */
  readonly accessGroupId: string;
}

/** Members are who fits any of `include`, all of `require`, none of `exclude`. */
export interface AccessGroupProps extends AccessRules {
  /** Account that owns the group. */
  readonly accountId: string;
  /** Name in Zero Trust. @default - the construct's id */
  readonly name?: string;
}

const GROUP: KnownProps<AccessGroupProps> = {
  accountId: needed("id"),
  name: "name",
  include: needed("list"),
  require: "list",
  exclude: "list",
};

/**
 * People, e-mail domains and the like under one name. A change of its members counts
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
    given: {
      readonly accountId: string;
      readonly names: readonly string[];
      /**
       * Ids in a plan that is never applied, of those that are not there yet.
       *
       * @default - the plan fails
       */
      readonly placeholder?: (name: string) => string | undefined;
      /** What the message says to do where one is not there. @default - nothing */
      readonly remedy?: string;
      /** What it says to do where several have a name. @default - rename all but one */
      readonly severalRemedy?: (name: string) => string;
    },
  ): IAccessGroup[] {
    const props = readByNames(scope, given, "Access groups");
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
        remedy: props.remedy,
        severalRemedy: props.severalRemedy?.(name),
      }),
    }));
  }

  /** A group that was made elsewhere, by its name; creates nothing. */
  static fromName(scope: Construct, id: string, props: ByName): IAccessGroup {
    const { accountId, name, placeholder, remedy } = readByName(
      scope,
      props,
      "Access group",
    );
    const [group] = AccessGroup.fromNames(scope, id, {
      accountId,
      names: [name],
      placeholder: () => placeholder,
      remedy,
    });
    return group ?? AccessGroup.fromId("not-found");
  }

  /** A group that was made elsewhere, by its id; creates nothing. */
  static fromId(accessGroupId: string): IAccessGroup {
    return { accessGroupId };
  }

  /** Its id in Zero Trust, known once it is deployed. */
  readonly accessGroupId: string;
  /** The Terraform resource underneath, for what this construct does not have. */
  readonly resource: GroupResource.ZeroTrustAccessGroup;

  constructor(scope: Construct, id: string, given: AccessGroupProps) {
    super(scope, id);
    const { faults, props } = readProps(given, GROUP);
    const { exclude = [], include = [], name = id, require = [] } = props;
    const blocks = (rules: readonly AccessRule[]) =>
      rules.length > 0
        ? Lazy.anyValue({
            produce: () => rulesIn(rules).map((rule) => rule._block),
          })
        : undefined;
    addFaults(this, [
      ...faults,
      include.length === 0 &&
        `the group "${name}" has no include rule and nobody would be in it: add one`,
      isForEveryone(rulesIn(include), rulesIn(require)) &&
        `the group "${name}" would hold anyone with a login: name e-mail addresses or domains (house rule allow-everyone)`,
      ...ruleFaults({ include, require, exclude }),
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
    needsSelectors(this.resource, () =>
      rulesIn([...include, ...require, ...exclude]),
    );
    this.accessGroupId = this.resource.id;
  }
}
