import { remedyFor } from "../../deployment/remedies";

test.each([
  ["Error: Saved plan is stale", true, /plan again/],
  ["Error: No valid credential sources found", false, /AWS_ACCESS_KEY_ID/],
  [
    "Error: storage.NewClient() failed: dialing: google: could not find default credentials.",
    false,
    /application-default login/,
  ],
  [
    'Error: Failed to get existing workspaces: S3 bucket "states" does not exist.',
    false,
    /does not create it/,
  ],
  [
    "Error: Failed to get existing workspaces: querying Cloud Storage failed: storage: bucket doesn't exist",
    false,
    /does not create it/,
  ],
  [
    "Error: operation error S3: ListObjectsV2, https response error StatusCode: 403, RequestID: 1, api error AccessDenied: Access Denied",
    false,
    /lack permissions on the state bucket/,
  ],
  [
    "Error: googleapi: Error 403: ci@p.iam.gserviceaccount.com does not have storage.objects.list access to the Google Cloud Storage bucket.",
    false,
    /lack permissions on the state bucket/,
  ],
  ["Error: Backend configuration changed", false, /npm run move-state/],
  [
    "- Finding access-stacks.local/access-stacks/tunnel...\nError: Failed to query available provider packages\n\nCould not retrieve the list of available versions for provider\ncloudflare/cloudflare: the previously-selected version 5.16.0 is no longer\navailable",
    false,
    /CLOUDFLARE_PROVIDER_VERSION/,
  ],
  [
    "Error: Resource instance managed by newer provider version",
    false,
    /npm run restore-state/,
  ],
])("%s", (output, passing, remedy) => {
  expect(remedyFor(output)).toEqual({
    when: expect.anything(),
    passing,
    remedy: expect.stringMatching(remedy),
  });
});

test("a lock that was gone before it could be read is tried again", () => {
  const output = `
│ Error: Error acquiring the state lock
│
│ Error message: operation error S3: PutObject, https response error
│ StatusCode: 412, api error PreconditionFailed
│ unable to retrieve file from S3 bucket 'states'`;
  expect(remedyFor(output)).toMatchObject({ passing: true });
});

const lockAt = (path: string) => `
│ Error: Error acquiring the state lock
│
│ Error message: resource temporarily unavailable
│ Lock Info:
│   ID:        8f3c2a10-0000-4000-8000-000000000001
│   Path:      ${path}
│   Operation: OperationTypePlan
│   Who:       ann@laptop
│   Version:   1.11.4
│   Created:   2026-11-24 20:00:00.5 +0000 UTC
│   Info:      `;

test.each([
  "../../../.state/comfyui.tfstate",
  "/home/ann/.state/comfyui.tfstate",
  "C:\\stacks\\.state/comfyui.tfstate",
])("a lock of the file %s ends with its process: no command frees it", (path) =>
  expect(remedyFor(lockAt(path))).toMatchObject({
    passing: false,
    remedy: expect.stringMatching(
      /^ann@laptop holds the state lock of comfyui since 2026-11-24 20:00:00\.5 UTC: (?!.*force-unlock).* pgrep -af terraform$/,
    ),
  }),
);

test("a lock in a bucket is freed in the folder of its stack, which is initialised first", () => {
  expect(
    remedyFor(lockAt("states/access-stacks/comfyui.tfstate"))?.remedy,
  ).toMatch(
    /: terraform -chdir=cdktf\.out\/stacks\/comfyui init && terraform -chdir=cdktf\.out\/stacks\/comfyui force-unlock 8f3c2a10-0000-4000-8000-000000000001$/,
  );
});

test("a lock that says nothing of its path has that of its object", () => {
  const output = `
Error: Error acquiring the state lock

Error message: writing "gs://states/access-stacks/n8n/default.tflock" failed: googleapi: Error 412: conditionNotMet
Lock Info:
  ID:        7
  Path:      
  Operation: state-push
  Who:       ann@laptop`;
  expect(remedyFor(output)?.remedy).toMatch(
    /the state lock of n8n: .*stacks\/n8n force-unlock 7$/,
  );
});

test("a lock of a new state in Google's bucket is deleted: Terraform's own command would stop at it", () => {
  const output = `
Error: Error loading state: writing "gs://states/access-stacks/n8n/default.tflock" failed: googleapi: Error 412: conditionNotMet
Lock Info:
  ID:        1
  Path:      gs://states/access-stacks/n8n/default.tflock
  Operation: init
  Who:       ann@laptop
  Version:   1.11.4
  Created:   2026-11-28 10:09:57.7 +0000 UTC
  Info:      `;
  expect(remedyFor(output)).toMatchObject({
    passing: false,
    remedy: expect.stringMatching(
      /^ann@laptop holds the state lock of n8n since .*: gcloud storage rm gs:\/\/states\/access-stacks\/n8n\/default\.tflock$/,
    ),
  });
});

describe("a state that OpenTofu wrote", () => {
  const output =
    "Error: Failed to query available provider packages\n\nCould not retrieve the list of available versions for provider\nregistry.opentofu.org/cloudflare/cloudflare: provider was not found";
  const remedy = (product: "Terraform" | "OpenTofu") =>
    remedyFor(output, { command: "tf", product, registry: "" })?.remedy;

  test("is handed to Terraform by one command", () => {
    expect(remedy("Terraform")).toContain(
      "tf -chdir=cdktf.out/stacks/STACK state replace-provider registry.opentofu.org/cloudflare/cloudflare",
    );
  });

  test("is OpenTofu's own", () => {
    expect(remedy("OpenTofu")).toBeUndefined();
  });
});
