import type { KnownFailure, Remedy } from "./remedy";

/** What to do where a state can't be reached, or has changed meanwhile. */
const REMEDIES: readonly KnownFailure[] = [
  {
    when: /Saved plan is stale/,
    passing: true,
    remedy: "Another deploy has changed the state since this plan: plan anew.",
  },
  {
    when: /No valid credential sources found/,
    passing: false,
    remedy:
      "The bucket of the states needs credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (for R2 an API token of R2), or AWS_PROFILE.",
  },
  {
    when: /storage\.NewClient\(\) failed/,
    passing: false,
    remedy:
      'The bucket of the states needs credentials: run "gcloud auth application-default login", or set GOOGLE_CREDENTIALS to the key of a service account.',
  },
  {
    when: /NoSuchBucket|S3 bucket "[^"]*" does not exist|storage: bucket doesn't exist/,
    passing: false,
    remedy:
      "Terraform makes no bucket for states: make it, private and with versions kept, or put another name into ACCESS_STATE_BUCKET.",
  },
  {
    when: /operation error S3:[^]*StatusCode:\s*403|storage\.objects\.\w+ access/,
    passing: false,
    remedy:
      "The credentials may not use the bucket of the states: they need to list it, and to read, write and delete objects in it.",
  },
  {
    when: /cannot import state with lineage/,
    passing: false,
    remedy:
      "A state of this stack is there already, and is not a copy of this one: another machine has deployed it. Look at both (terraform state list) before you delete either.",
  },
  {
    when: /Backend configuration changed|Backend initialization required/,
    passing: false,
    remedy:
      'The settings name another place of the states than the last run. Set ACCESS_STATE and its bucket as before, or move the states: "npm run move-state" (docs/state.md).',
  },
];

/** Finds what to do about a state in what Terraform printed. */
export function stateRemedyFor(output: string): Remedy | undefined {
  return lockRemedy(output) ?? REMEDIES.find(({ when }) => when.test(output));
}

/** Names who holds a lock, since when, and the command that frees it. */
function lockRemedy(output: string): Remedy | undefined {
  if (!/Error acquiring the state lock/.test(output)) return undefined;
  const read = (name: string) =>
    new RegExp(`^[│\\s]*${name}:[ \\t]+(\\S.*?)\\s*$`, "m").exec(output)?.[1];
  const [id, path, who, created] = ["ID", "Path", "Who", "Created"].map(read);
  if (id === undefined)
    return {
      // The lock was gone before Terraform could read whose it was.
      passing: true,
      remedy:
        "Another deploy held the state of this stack until now. Deploy again.",
    };
  const stack = stackOf(path ?? "") ?? "STACK";
  const since = created?.replace(/ \+0000 UTC$/, " UTC");
  return {
    passing: false,
    remedy:
      `${who ?? "Another deploy"} holds the state of ${stack}${since ? ` since ${since}` : ""}: wait for that deploy, and run this again. ` +
      `Only if it surely runs no more, free the state: terraform -chdir=cdktf.out/stacks/${stack} force-unlock ${id}`,
  };
}

/** `states/prefix/comfyui.tfstate`, or Google's `prefix/comfyui/default.tflock`. */
function stackOf(path: string): string | undefined {
  return (
    /([^/]+)\/default\.tflock$/.exec(path)?.[1] ??
    /([^/]+)\.tfstate$/.exec(path)?.[1]
  );
}
