import type { KnownFailure, Remedy } from "./remedy";

/** What to do where a state can't be reached, or has changed meanwhile. */
const REMEDIES: readonly KnownFailure[] = [
  {
    when: /Saved plan is stale/,
    passing: true,
    remedy: "Another deploy changed the state after this plan: plan again.",
  },
  {
    when: /No valid credential sources found/,
    passing: false,
    remedy:
      "The state bucket needs credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (for R2, an R2 API token), or AWS_PROFILE.",
  },
  {
    when: /storage\.NewClient\(\) failed/,
    passing: false,
    remedy:
      'The state bucket needs credentials: run "gcloud auth application-default login", or set GOOGLE_CREDENTIALS to the key of a service account.',
  },
  {
    when: /NoSuchBucket|S3 bucket "[^"]*" does not exist|storage: bucket doesn't exist/,
    passing: false,
    remedy:
      "The state bucket does not exist, and Terraform does not create it: create a private bucket with versioning, or set ACCESS_STATE_BUCKET to an existing one.",
  },
  {
    when: /operation error S3:[^]*StatusCode:\s*403|storage\.objects\.\w+ access/,
    passing: false,
    remedy:
      "The credentials lack permissions on the state bucket: they must be able to list it, and to read, write and delete its objects.",
  },
  {
    when: /to\s+the\s+file\s+"errored\.tfstate"/,
    passing: false,
    remedy:
      "The state could not be saved, and Terraform keeps it in errored.tfstate. Run the same command again: it saves that state first.",
  },
  {
    when: /cannot overwrite existing state/,
    passing: false,
    remedy:
      "An earlier run could not save its state, and another has changed the saved one since. In the stack's folder in cdktf.out/stacks, compare both (terraform state list, terraform show errored.tfstate), import what is missing, and delete errored.tfstate.",
  },
  {
    when: /Failed to (persist|upload|save|load|open|read) (the )?state|Error (refreshing|loading|saving) state/i,
    passing: false,
    remedy:
      "The place of the state did not answer as it should. Run the same command again: it continues.",
  },
  {
    when: /cannot import state with lineage/,
    passing: false,
    remedy:
      "The target already has a different state of this stack: another machine has deployed it. Compare both (terraform state list) before you delete either.",
  },
  {
    when: /Resource instance managed by newer provider version/,
    passing: false,
    remedy:
      'A newer version of Cloudflare\'s provider wrote this state: set CLOUDFLARE_PROVIDER_VERSION to that version, or go back to the state from before it with "npm run restore-state" (docs/state.md).',
  },
  {
    when: /Backend configuration changed|Backend initialization required/,
    passing: false,
    remedy:
      'The settings name another state backend than the last run used. Restore ACCESS_STATE and its bucket, or move the states: "npm run move-state", with "-- --from s3" (or gcs) out of a bucket (docs/state.md).',
  },
];

/** Finds what to do about a state in what Terraform printed. */
export function stateRemedyFor(output: string): Remedy | undefined {
  return lockRemedy(output) ?? REMEDIES.find(({ when }) => when.test(output));
}

/** What Terraform locks in Google's bucket for a moment where there is no state yet. */
const NEW_STATE_LOCKED = /writing "(gs:\/\/[^"\s]+\.tflock)"\s+failed/;

/** Names who holds a lock, since when, and the command that frees it. */
function lockRemedy(output: string): Remedy | undefined {
  const [, lockObject] = NEW_STATE_LOCKED.exec(output) ?? [];
  if (!lockObject && !/Error acquiring the state lock/.test(output))
    return undefined;
  const read = (name: string) =>
    new RegExp(`^[│\\s]*${name}:[ \\t]+(\\S.*?)\\s*$`, "m").exec(output)?.[1];
  const [id, path, who, created] = ["ID", "Path", "Who", "Created"].map(read);
  if (id === undefined)
    return {
      // The lock was gone before Terraform could read whose it was.
      passing: true,
      remedy:
        "Another deploy held this stack's state lock until now. Deploy again.",
    };
  const stack = stackOf(path ?? lockObject ?? "") ?? "STACK";
  const since = created?.replace(/ \+0000 UTC$/, " UTC");
  const terraform = `terraform -chdir=cdktf.out/stacks/${stack}`;
  const release = () => {
    // Terraform frees no lock of a file: its process does, when it ends.
    if (isFile(path ?? ""))
      return `The lock ends with the process that holds it: if that hangs, end it. To find it: pgrep -af terraform`;
    const command =
      // Without a state, Terraform's own command would stop at this lock.
      lockObject && /Operation:\s+init/.test(output)
        ? `gcloud storage rm ${lockObject}`
        : // A move of states leaves the folder without a backend.
          `${terraform} init && ${terraform} force-unlock ${id}`;
    return `Only if it is certainly no longer running, release the lock: ${command}`;
  };
  return {
    passing: false,
    remedy: `${who ?? "Another deploy"} holds the state lock of ${stack}${since ? ` since ${since}` : ""}: wait for that deploy, then run this again. ${release()}`,
  };
}

/** Whether a lock's path is one of this machine, not `bucket/key` or `gs://…`. */
function isFile(path: string): boolean {
  return /^(\.|\/|[A-Za-z]:)/.test(path);
}

/** `states/prefix/comfyui.tfstate`, or Google's `prefix/comfyui/default.tflock`. */
function stackOf(path: string): string | undefined {
  return (
    /([^/]+)\/default\.tflock$/.exec(path)?.[1] ??
    /([^/]+)\.tfstate$/.exec(path)?.[1]
  );
}
