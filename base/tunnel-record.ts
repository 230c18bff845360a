/** The Terraform type of the DNS record of a host: made by the stack, or only used. */
export const TUNNEL_RECORD = "tunnel_dns_record";
