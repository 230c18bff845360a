import type { ApiToken } from "../account-objects";

/**
 * The permission groups that the calls here ask for, with Cloudflare's ids.
 * The dashboard calls a `… Write` group `… Edit`.
 *
 * @see https://developers.cloudflare.com/fundamentals/api/reference/permissions/
 */
export const PERMISSION_GROUPS = {
  "Access: Apps and Policies Read": "7ea222f6d5064cfa89ea366d7c1fee89",
  "Access: Apps and Policies Revoke": "6c9d1cfcfc6840a987d1b5bfb880a841",
  "Access: Apps and Policies Write": "1e13c5124ca64b72b1969a67e8829049",
  "Access: Audit Logs Read": "b05b28e839c54467a7d6cba5d3abb5a3",
  "Access: Organizations, Identity Providers, and Groups Read":
    "26bc23f853634eb4bff59983b9064fde",
  "Access: Organizations, Identity Providers, and Groups Revoke":
    "7121a0c7e9ed46e3829f9cca2bb572aa",
  "Access: Organizations, Identity Providers, and Groups Write":
    "bfe0d8686a584fa680f4c53b5eb0de6d",
  "Access: Policy Test Read": "b8b7514ce5364cd8ac0455f3eb16eb5f",
  "Access: Policy Test Write": "6d23f290472f4e6fad5c4398c057c356",
  "Access: Service Tokens Read": "91f7ce32fa614d73b7e1fc8f0e78582b",
  "Access: Service Tokens Write": "a1c0fec57cf94af79479a6d827fa518c",
  "Account Analytics Read": "b89a480218d04ceb98b4fe57ca29dc1f",
  "Account API Tokens Read": "eb56a6953c034b9d97dd838155666f06",
  "Account Settings Read": "c1fde68c7bcc44588cbb6ddbc16d6480",
  "Cloudflare Tunnel Read": "efea2ab8357b47888938f101ae5e053f",
  "Cloudflare Tunnel Write": "c07321b023e944ff818fec44d8203567",
  "DNS Read": "82e64a83756745bbbb1c9c2701bf816b",
  "DNS Write": "4755a26eedb94da69e1066d98aa820be",
  "Zone Read": "c8fed203ed3043cba015a93ad1616f1f",
} as const;

export type Permission = keyof typeof PERMISSION_GROUPS;

/** Whether a token may do what the permission stands for; Write implies Read and Revoke. */
export function holds(token: ApiToken, permission: Permission): boolean {
  const writing = permission.replace(/ (Read|Revoke)$/, " Write");
  return (
    token.permissions.includes(permission) ||
    token.permissions.includes(writing)
  );
}

/** Whether Cloudflare grants this permission per zone rather than per account. */
export function isZonePermission(permission: string): boolean {
  return permission.startsWith("DNS ") || permission.startsWith("Zone ");
}
