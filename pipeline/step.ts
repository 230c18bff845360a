/** What every step of the pipeline is handed. */
export interface StepOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
  /** Ends Terraform after `signal` without waiting for it. */
  readonly hurry?: AbortSignal;
  /** Told what is being done: for the log, which never shows a secret. */
  readonly say: (line: string) => void;
}

/** What a step came to. */
export interface StepReport {
  /** For the page of the run and the comment. */
  readonly markdown: string;
  /** Whether the run counts as failed. */
  readonly failed: boolean;
  /** What is not well, each in words that stay the same as long as it lasts. */
  readonly amiss?: readonly string[];
  /** What could not be checked, in the words of `amiss` that it would have. */
  readonly unchecked?: readonly string[];
}
