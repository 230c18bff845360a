/**
 * What Terraform and the providers that it starts read: their own variables,
 * credentials of the backends, proxies, and what any program needs.
 */
const TERRAFORM =
  /^(TF|CLOUDFLARE|ACCESS|AWS|GOOGLE|GCLOUD|CLOUDSDK|GCE|LC|XDG|SSL|CHECKPOINT)_|^((HTTPS?|NO|ALL)_PROXY|PATH|HOME|USER|LOGNAME|LANG|TZ|TMPDIR|TEMP|TMP|SYSTEMROOT|APPDATA|USERPROFILE|NO_COLOR|NODE_EXTRA_CA_CERTS|TERM|GOGC|GOMEMLIMIT)$/i;

/** A name that says that the value is a secret, or a file that changes a workflow's next steps. */
const SECRET =
  /TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL|PRIVATE|API_?KEY|ACCESS_KEY|^TF_VAR_|^ACTIONS_|^GITHUB_(ENV|PATH|OUTPUT|STATE|STEP_SUMMARY)$/i;

/** Part of an environment: what Terraform is given. */
export function forTerraform(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return only(env, (name) => TERRAFORM.test(name));
}

/**
 * Part of an environment: what the code of stacks is given. It may read any
 * setting, but acts by nothing else than what it synthesizes, and so is given
 * no secret to act with.
 */
export function forApp(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return only(env, (name) => !SECRET.test(name));
}

function only(
  env: NodeJS.ProcessEnv,
  wanted: (name: string) => boolean,
): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => wanted(name)),
  );
}
