/** What to do about a failure that Cloudflare or Terraform reported. */
export interface Remedy {
  readonly remedy: string;
  /** Whether the same command may succeed when it is given again soon. */
  readonly passing: boolean;
}

/** A remedy, and the failures in Terraform's output that it is for. */
export interface KnownFailure extends Remedy {
  readonly when: RegExp;
}
