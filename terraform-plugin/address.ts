import { TERRAFORM_REGISTRY } from "../base/terraform-binary";

/** A provider's source address in its parts. */
export interface ProviderAddress {
  /** In full, with the host name. */
  readonly address: string;
  readonly host: string;
  readonly namespace: string;
  readonly type: string;
}

/**
 * Reads `host/namespace/type`, `namespace/type` or `type`.
 *
 * @param registry the host of an address without one
 * @see https://developer.hashicorp.com/terraform/language/providers/requirements#source-addresses
 */
export function parseAddress(
  source: string,
  registry = TERRAFORM_REGISTRY,
): ProviderAddress {
  const parts = source.toLowerCase().split("/");
  const [type = "", namespace = "hashicorp", host = registry] = parts.reverse();
  if (
    parts.length > 3 ||
    !/^[a-z\d.-]+(:\d+)?$/.test(host) ||
    ![namespace, type].every((name) =>
      /^[\p{L}\d]+([-_]?[\p{L}\d]+)*$/u.test(name),
    )
  )
    throw new Error(
      `A provider's source address is like "example.com/namespace/type", got "${source}"`,
    );
  return { address: `${host}/${namespace}/${type}`, host, namespace, type };
}
