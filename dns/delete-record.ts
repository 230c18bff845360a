/**
 * How to make room for a host's own record, in every text that says so. A deploy
 * makes that record last of all, and a wildcard above would answer meanwhile.
 */
export const DELETE_RECORD =
  "delete what is there (dashboard, DNS, Records): the next deploy makes the right record, once the host is protected. Not where a wildcard record above it leads to a tunnel: the host would answer by that at once, before it is protected";
