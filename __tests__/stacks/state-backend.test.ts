import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RemoteState } from "../../state/remote-state";
import { UsageError } from "../../base/usage-error";
import { AccessStacks } from "../../stacks/app";
import { IdentityStack } from "../../stacks/identity-stack";
import { movedNote, stateFile } from "../../state/state-files";

let dir: string;
const previous = process.env.CDKTF_OUTDIR;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "backend-"));
  process.env.CDKTF_OUTDIR = join(dir, "out");
});
afterEach(() => {
  if (previous === undefined) delete process.env.CDKTF_OUTDIR;
  else process.env.CDKTF_OUTDIR = previous;
  rmSync(dir, { recursive: true });
});

const S3 = { kind: "s3", bucket: "states", prefix: "team/access" } as const;

/** The backend that a stack is synthesized with. */
function backendWith(remoteState?: RemoteState): unknown {
  const app = new AccessStacks();
  new IdentityStack(app, "identity", {
    accountId: "0123456789abcdef0123456789abcdef",
    stateDir: dir,
    remoteState,
    loginMethod: { name: "Google" },
  });
  app.synth();
  const file = join(dir, "out/stacks/identity/cdk.tf.json");
  return (
    JSON.parse(readFileSync(file, "utf8")) as {
      terraform: { backend: unknown };
    }
  ).terraform.backend;
}

function faultsWith(remoteState?: RemoteState): readonly string[] {
  try {
    backendWith(remoteState);
  } catch (error) {
    if (error instanceof UsageError) return error.faults;
    throw error;
  }
  return [];
}

test("Amazon's bucket holds a state of each stack, and its lock beside it", () => {
  expect(backendWith({ ...S3, region: "eu-central-1" })).toEqual({
    s3: {
      bucket: "states",
      key: "team/access/identity.tfstate",
      region: "eu-central-1",
      encrypt: true,
      use_lockfile: true,
    },
  });
});

test("elsewhere nothing is asked for that only Amazon has", () => {
  const endpoint = "https://abc.r2.cloudflarestorage.com";
  expect(backendWith({ ...S3, endpoint })).toMatchObject({
    s3: {
      endpoints: { s3: endpoint },
      region: "auto",
      use_lockfile: true,
      use_path_style: true,
      skip_requesting_account_id: true,
      skip_s3_checksum: true,
    },
  });
});

test("Google's bucket gives each stack a folder; it locks by itself", () => {
  expect(backendWith({ kind: "gcs", bucket: "states", prefix: "p" })).toEqual({
    gcs: { bucket: "states", prefix: "p/identity" },
  });
});

const state = (resources: object[]) =>
  writeFileSync(stateFile(dir, "identity"), JSON.stringify({ resources }));

test("fails while the state is still on this machine", () => {
  state([{ type: "cloudflare_zero_trust_access_identity_provider" }]);
  expect(faultsWith({ ...S3, region: "x" })).toEqual([
    expect.stringContaining('move it with "npm run move-state"'),
  ]);
  expect(faultsWith()).toEqual([]);
});

test("an empty state on this machine is in nobody's way", () => {
  state([]);
  expect(faultsWith({ ...S3, region: "x" })).toEqual([]);
});

test("fails on this machine once the state was moved away", () => {
  writeFileSync(movedNote(dir, "identity"), "s3://states/identity.tfstate\n");
  expect(faultsWith()).toEqual([
    expect.stringContaining("was moved to s3://states/identity.tfstate: set"),
  ]);
  expect(faultsWith({ ...S3, region: "x" })).toEqual([]);
});
