import { DataCloudflareZeroTrustOrganization } from "@cdktf/provider-cloudflare/lib/data-cloudflare-zero-trust-organization";
import { DataCloudflareZeroTrustTunnelCloudflareds } from "@cdktf/provider-cloudflare/lib/data-cloudflare-zero-trust-tunnel-cloudflareds";
import { DataCloudflareZones } from "@cdktf/provider-cloudflare/lib/data-cloudflare-zones";
import { Fn } from "cdktf";
import type { Construct } from "constructs";
import { isOneTimePin, ONE_TIME_PIN } from "../base/one-time-pin";
import { AccessGroup, type IAccessGroup } from "../constructs/access-group";
import {
  IdentityProvider,
  type IIdentityProvider,
} from "../constructs/identity-provider";
import { lookUp } from "../constructs/lookup";
import { placeholderId, type SharedKind } from "../constructs/placeholder";
import { GROUP_REMEDY, LOGIN_METHOD_REMEDY, severalRemedy } from "./remedies";
import type { ServiceStackProps } from "./service-stack-props";

/** What a service needs of the account and others made. */
export interface Shared {
  readonly zoneId: string;
  readonly tunnelId: string;
  readonly teamName: string;
  readonly groups: readonly IAccessGroup[];
  readonly loginMethods: readonly IIdentityProvider[];
}

/** Finds what others made by the names in the props, when it is planned. */
export function lookUpShared(
  scope: Construct,
  props: ServiceStackProps,
): Shared {
  const { accountId, allowedGroups = [], loginMethod, tunnel, zone } = props;
  const zoneId = lookUp(
    new DataCloudflareZones(scope, "zones", { account: { id: accountId } }),
    {
      kind: "zone of this account",
      name: zone,
      remedy:
        "Set CLOUDFLARE_ZONE to one of these, and check that the API token may read zones.",
    },
  );
  const made = placeholderId("tunnel", tunnel);
  const tunnelId = lookUp(
    new DataCloudflareZeroTrustTunnelCloudflareds(scope, "tunnels", {
      accountId,
      isDeleted: false,
    }),
    {
      kind: "tunnel",
      name: tunnel,
      remedy:
        "Set CLOUDFLARE_TUNNEL to one of these, or have a TunnelStack make it (docs/compose.md).",
      placeholder:
        props.planOnly && props.tunnelStack?.makes.has(made) ? made : undefined,
    },
  );
  const placeholder = (kind: SharedKind, name: string) => {
    const id = idOf(kind, name);
    return props.planOnly && props.identity?.makes.has(id) ? id : undefined;
  };
  const several = (kind: SharedKind) => (name: string) =>
    severalRemedy(
      props.identity?.makes.has(idOf(kind, name))
        ? props.identity.node.id
        : undefined,
    );
  const organization = new DataCloudflareZeroTrustOrganization(
    scope,
    "organization",
    { accountId },
  );
  return {
    zoneId,
    tunnelId,
    // No list is asked for where nobody needs it.
    groups:
      allowedGroups.length > 0
        ? AccessGroup.fromNames(scope, "groups", {
            accountId,
            names: allowedGroups,
            placeholder: (name) => placeholder("Access group", name),
            remedy: GROUP_REMEDY,
            severalRemedy: several("Access group"),
          })
        : [],
    teamName: Fn.trimsuffix(
      organization.authDomain,
      ".cloudflareaccess.com",
    ) as string,
    loginMethods: IdentityProvider.fromNames(scope, "login_methods", {
      accountId,
      names: [loginMethod].flat(),
      placeholder: (name) => placeholder("login method", name),
      remedy: LOGIN_METHOD_REMEDY,
      severalRemedy: several("login method"),
    }),
  };
}

function idOf(kind: SharedKind, name: string): string {
  return placeholderId(kind, isOneTimePin(name) ? ONE_TIME_PIN : name);
}
