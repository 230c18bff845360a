/** The Terraform type of the check that what a stack makes is the only one of its name. */
export const UNIQUE_NAMES = "tunnel_unique_names";
