/** Applies a stack as a command does: `hosting.ts FOLDER`. */
import { spawn } from "node:child_process";
import { withRunningProviders } from "../../terraform-plugin/provider-host";

const [, , folder = ""] = process.argv;

void withRunningProviders(folder, process.env, async (env) => {
  const { TF_REATTACH_PROVIDERS: attached } = env;
  const terraform = spawn("terraform", ["apply", "-auto-approve"], {
    cwd: folder,
    env,
    stdio: ["ignore", "ignore", "ignore"],
    detached: true,
  });
  process.send?.({ terraform: terraform.pid, attached });
  await new Promise((done) => terraform.once("close", done));
}).then(() => process.disconnect());
