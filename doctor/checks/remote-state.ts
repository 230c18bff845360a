import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { errorsIn } from "../../deployment/remedies";
import { stateRemedyFor } from "../../deployment/state-remedies";
import { Terraform, TerraformError } from "../../deployment/terraform";
import { readRemoteState } from "../../state/remote-state";
import { backendJson, bucketBackend } from "../../state/backend";
import { type DoctorCheck, ok, problem } from "../check";
import type { MachineContext } from "../context";

/** Says nothing where states are on this machine. */
export const remoteStateCheck: DoctorCheck<Pick<MachineContext, "env">> = {
  id: "remote-state",
  why: "Every command reads what is deployed from there, and a deploy writes it.",
  page: "docs/state.md",
  async run({ env }) {
    const { state } = readRemoteState(env);
    if (!state) return [];
    const { bucket, kind, prefix } = state;
    const place = `${kind === "gcs" ? "gs" : kind}://${bucket}/${prefix}`;
    const dir = mkdtempSync(join(tmpdir(), "access-doctor-"));
    try {
      const backend = bucketBackend(state, "doctor");
      writeFileSync(join(dir, "backend.tf.json"), backendJson(backend));
      // It lists what is there, and writes nothing.
      await new Terraform(dir, { env }).init();
      return ok(`states are in ${place}, which can be read`);
    } catch (error) {
      if (!(error instanceof TerraformError)) throw error;
      const [what = "it can't be read"] = errorsIn(error.output).split("\n");
      return problem(
        `${place}: ${what.replace(/^Error: /, "")}`,
        stateRemedyFor(error.output)?.remedy ??
          "Look at ACCESS_STATE_BUCKET, ACCESS_STATE_ENDPOINT and ACCESS_STATE_REGION.",
      );
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  },
};
