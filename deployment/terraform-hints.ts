/**
 * Passes on what Terraform prints, without its advice about its lock file: the
 * app writes that file anew with each synth. What else it says to whoever runs
 * it by hand, it leaves out with TF_IN_AUTOMATION.
 *
 * @see https://developer.hashicorp.com/terraform/cli/config/environment-variables#tf_in_automation
 */
export function withoutHints(
  onLine: (line: string) => void,
): (line: string) => void {
  let within = false;
  return (line) => {
    if (LOCK_FILE.test(line)) within = true;
    // Its paragraph ends with an empty line.
    else if (line.trim() === "") within = false;
    if (!within) onLine(line);
  };
}

const LOCK_FILE =
  /^Terraform has (created a lock file|made some changes to the provider dependency)/;
