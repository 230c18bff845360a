/**
 * Runs in the process that becomes Terraform, before it does:
 * `note-cdktf-run.ts STACK PID CDKTF_PID`. See `cdktf-runs.ts`.
 */
import { cloudflareClient } from "../account/client";
import { environmentWithFile } from "../settings";
import { noteExisting } from "./note-apply";

const [stack = "", pid, cdktf] = process.argv.slice(2);
const env = environmentWithFile();
void noteExisting(
  stack,
  { pid: Number(pid), cdktf: Number(cdktf) },
  cloudflareClient(env),
  env,
);
