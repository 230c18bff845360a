/** Set to 1 for a Terraform that destroys all of a stack: its providers can't tell. */
export const DESTROY_RUN = "ACCESS_STACKS_DESTROY_RUN";
