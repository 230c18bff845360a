/** Terraform's type of a tunnel that a stack makes. */
export const MANAGED_TUNNEL = "tunnel_managed";
