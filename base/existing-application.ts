/** The Terraform type of an application that somebody made, and that a stack changes and gives back. */
export const EXISTING_APPLICATION = "tunnel_existing_application";
