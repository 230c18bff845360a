import { placeholderId } from "../constructs/placeholder";

/** It is compared as a part of a DNS name. */
export function tunnelPlaceholder(name: string): string {
  return placeholderId("tunnel", name.toLowerCase());
}
