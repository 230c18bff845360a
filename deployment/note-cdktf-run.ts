/**
 * Runs in the process that becomes Terraform, before it does:
 * `note-cdktf-run.ts STACK PID CDKTF_PID`. See `cdktf-runs.ts`.
 */
import { join, resolve } from "node:path";
import { cloudflareClient } from "../account/client";
import { environmentWithFile } from "../settings";
import { keepStateOf } from "./kept-state";
import { noteExisting } from "./note-apply";

const [stack = "", pid, cdktf] = process.argv.slice(2);
const env = environmentWithFile();
const dir = join(resolve(env.CDKTF_OUTPUT ?? "cdktf.out"), "stacks", stack);
void Promise.all([
  noteExisting(
    { dir, name: stack },
    { pid: Number(pid), cdktf: Number(cdktf) },
    cloudflareClient(env),
    env,
  ),
  keepStateOf({ dir }, { env }),
]);
