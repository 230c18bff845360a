/**
 * The environment of runs that plan and never apply: they need no secret of
 * Google's and no permission to write, on the account or on the state, and
 * what is not deployed yet has placeholders.
 */
export function planOnly(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return {
    ...env,
    ACCESS_PLAN_ONLY: "1",
    TF_VAR_google_client_secret: "",
    // Locking writes to the state's bucket.
    TF_CLI_ARGS_plan: [env.TF_CLI_ARGS_plan, "-lock=false"]
      .filter(Boolean)
      .join(" "),
  };
}
