import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkBackends } from "../../gate/backends";
import { bucketBackend } from "../../state/backend";
import type { RemoteState } from "../../state/remote-state";

const REMOTE: RemoteState = {
  kind: "gcs",
  bucket: "states",
  prefix: "access-stacks",
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "backends-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function check(terraform: object, remote?: RemoteState): void {
  const dir = join(folder, "web");
  mkdirSync(dir);
  writeFileSync(join(dir, "cdk.tf.json"), JSON.stringify({ terraform }));
  checkBackends([{ name: "web", dir, dependencies: [], warnings: [] }], remote);
}

test("a state stays where the settings say", () => {
  check({ backend: { local: { path: "../.state/web.tfstate" } } });
});

test("a state stays in the bucket that the settings name", () => {
  check({ backend: { gcs: bucketBackend(REMOTE, "web").arguments } }, REMOTE);
});

// With less than the function takes, jest would wait for its callback.
test.each<[string, object, RemoteState | undefined]>([
  [
    "a server",
    { backend: { http: { address: "http://127.0.0.1:1" } } },
    undefined,
  ],
  ["no backend", {}, undefined],
  ["Terraform's cloud", { backend: { local: {} }, cloud: {} }, undefined],
  [
    "another bucket",
    { backend: { gcs: { bucket: "mine", prefix: "access-stacks/web" } } },
    REMOTE,
  ],
  [
    "another stack's place",
    { backend: { gcs: bucketBackend(REMOTE, "other").arguments } },
    REMOTE,
  ],
  ["a file, where a bucket is set", { backend: { local: {} } }, REMOTE],
])("%s is refused before Terraform sees it", (_, terraform, remote) => {
  expect(() => check(terraform, remote)).toThrow(
    /web: its state, with the secrets of all that it makes, would not be kept/,
  );
});
