/** Names of the places that keep service tokens. */
export const STORES = ["env", "infisical", "google"] as const;
export type StoreName = (typeof STORES)[number];
