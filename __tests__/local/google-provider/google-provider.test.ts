import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import {
  startGoogleApis,
  type GoogleApis,
} from "../../../local/google-apis/server";
import { startGoogleStandIn } from "../../../local/google-provider/start";

jest.setTimeout(60_000);

const SECRET = "the-secret-itself";

let apis: GoogleApis;
let standIn: Awaited<ReturnType<typeof startGoogleStandIn>>;
const directory = mkdtempSync(join(tmpdir(), "google-provider-test-"));

beforeAll(async () => {
  apis = await startGoogleApis();
  standIn = await startGoogleStandIn({ environment: apis.environment });
});
afterAll(async () => {
  await standIn.close();
  await apis.close();
  rmSync(directory, { recursive: true });
});

/** Runs `terraform` in the folder; output without frames and line breaks. */
async function terraform(...args: string[]) {
  const cli = join(directory, "terraform.rc");
  writeFileSync(cli, "");
  const child = spawn("terraform", args, {
    cwd: directory,
    env: {
      PATH: process.env.PATH,
      HOME: directory,
      TMPDIR: process.env.TMPDIR,
      TF_CLI_CONFIG_FILE: cli,
      TF_IN_AUTOMATION: "1",
      TF_INPUT: "0",
      CHECKPOINT_DISABLE: "1",
      TF_REATTACH_PROVIDERS: JSON.stringify(standIn.reattach),
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (data) => (output += String(data)));
  const code = await new Promise((done) => child.on("close", done));
  const text = stripVTControlCharacters(output).replace(/[│╷╵\s]+/g, " ");
  return { code, text };
}

function write(version: object, secret: object = {}): void {
  const project = apis.cloud.projectId;
  writeFileSync(
    join(directory, "main.tf.json"),
    JSON.stringify({
      terraform: {
        required_providers: {
          google: { source: "hashicorp/google", version: "6.50.0" },
        },
      },
      resource: {
        google_project_service: {
          it: {
            project,
            service: "secretmanager.googleapis.com",
            disable_on_destroy: false,
          },
        },
        google_secret_manager_secret: {
          it: {
            project,
            secret_id: "IT",
            replication: { auto: {} },
            depends_on: ["google_project_service.it"],
            ...secret,
          },
        },
        google_secret_manager_secret_version: {
          it: { secret: "${google_secret_manager_secret.it.id}", ...version },
        },
      },
    }),
  );
}

const state = () => readFileSync(join(directory, "terraform.tfstate"), "utf8");
const apply = () => terraform("apply", "-auto-approve");
const plan = () => terraform("plan", "-detailed-exitcode");

// Each test goes on where the one before it ended.

test("switches the API on, then keeps a secret of which no state tells", async () => {
  write({ secret_data_wo: SECRET, secret_data_wo_version: 1 });
  expect((await terraform("init")).code).toBe(0);
  const applied = await apply();
  expect(applied.text).toContain("3 added");
  expect(apis.cloud.read("IT")).toBe(SECRET);
  expect(apis.cloud.services).toContain("secretmanager.googleapis.com");
  expect(applied.text + state()).not.toContain(SECRET);
  expect(apis.cloud.secrets.get("IT")?.labels).toEqual({
    "goog-terraform-provisioned": "true",
  });
  expect((await plan()).code).toBe(0);
});

test("does not notice another value, and adds a version for another number", async () => {
  write({ secret_data_wo: "another", secret_data_wo_version: 1 });
  expect((await plan()).code).toBe(0);
  write({
    secret_data_wo: "another",
    secret_data_wo_version: 2,
    deletion_policy: "DISABLE",
  });
  expect((await apply()).text).toContain("1 added, 0 changed, 1 destroyed");
  const versions = apis.cloud.secrets.get("IT")?.versions ?? [];
  expect(versions.map(({ state }) => state)).toEqual(["DESTROYED", "ENABLED"]);
});

test("makes a version anew that someone destroyed, and the secret that someone deleted", async () => {
  const [, version] = apis.cloud.secrets.get("IT")?.versions ?? [];
  if (version) version.state = "DESTROYED";
  expect((await apply()).text).toContain("1 added, 0 changed, 0 destroyed");
  expect(apis.cloud.read("IT")).toBe("another");
  apis.cloud.secrets.clear();
  expect((await apply()).text).toContain("2 added, 0 changed, 0 destroyed");
  expect(apis.cloud.read("IT")).toBe("another");
});

test("changes labels in place and sees where someone changed them", async () => {
  const version = { secret_data_wo: "another", secret_data_wo_version: 2 };
  write(version, { labels: { team: "blue" } });
  expect((await apply()).text).toMatch(/0 added, \d changed, 0 destroyed/);
  expect(apis.cloud.secrets.get("IT")?.labels).toMatchObject({ team: "blue" });
  expect((await plan()).code).toBe(0);
  apis.cloud.secrets.get("IT")!.labels = { team: "red" };
  expect((await plan()).text).toContain('"red" -> "blue"');
  await apply();
});

test("imports all three", async () => {
  const { projectId } = apis.cloud;
  for (const [address, id] of [
    ["google_project_service.it", `${projectId}/secretmanager.googleapis.com`],
    ["google_secret_manager_secret.it", `projects/${projectId}/secrets/IT`],
    [
      "google_secret_manager_secret_version.it",
      `projects/${projectId}/secrets/IT/versions/1`,
    ],
  ] as const) {
    await terraform("state", "rm", address);
    expect((await terraform("import", address, id)).text).toContain(
      "Import successful!",
    );
  }
});

test.each([
  [
    { secret_data: "a", secret_data_wo: "b", secret_data_wo_version: 1 },
    "cannot be specified",
  ],
  [{ secret_data_wo: "b" }, "must be specified"],
])("fails for %j", async (version, said) => {
  write(version);
  const { code, text } = await apply();
  expect(text).toContain(said);
  expect(code).toBe(1);
});

test("destroys the secret, and leaves the API on", async () => {
  write({ secret_data_wo: "another", secret_data_wo_version: 2 });
  await apply();
  expect((await terraform("destroy", "-auto-approve")).code).toBe(0);
  expect(apis.cloud.secrets.size).toBe(0);
  expect(apis.cloud.services).toContain("secretmanager.googleapis.com");
});
