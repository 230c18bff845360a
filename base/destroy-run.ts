/** Set to 1 for a Terraform that destroys all of a stack: its providers can't tell. */
export const DESTROY_RUN = "ACCESS_STACKS_DESTROY_RUN";

/** Set to 1 where what becomes public is shown and asked about before anything is applied. */
export const REVIEWED_RUN = "ACCESS_STACKS_REVIEWED_RUN";
