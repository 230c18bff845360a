import { chmodSync, chownSync, mkdirSync, writeFileSync } from "node:fs";
import { UsageError } from "../../settings";
import { nodeCheck } from "../../doctor/checks/node";
import { hasProblem } from "../../doctor/examine";
import { idsWith, only, Patient } from "./patient";

let patient: Patient;
beforeEach(async () => {
  patient = await Patient.admit();
});
afterEach(() => patient.close());

test.each([
  ["20.19.0", "ok"],
  ["20.18.9", "problem"],
  ["18.20.4", "problem"],
  ["22.1.0", "ok"],
])("finds Node.js %s: %s", async (version, status) => {
  expect(await nodeCheck(version).run({ env: {} })).toMatchObject({ status });
});

test("tells of an old Terraform, and of nothing else", async () => {
  const findings = await patient.examine({
    TERRAFORM_BINARY_NAME: patient.terraform("1.5.7"),
  });
  expect(idsWith(findings, "problem", "warning", "not checked")).toEqual([
    "terraform",
  ]);
  expect(only(findings, "terraform").what).toContain("1.11 or newer");
});

test("tells of a Terraform that is not there", async () => {
  const findings = await patient.examine({
    TERRAFORM_BINARY_NAME: "no-such-terraform",
  });
  expect(only(findings, "terraform").what).toContain("not on PATH");
  expect(hasProblem(findings)).toBe(true);
});

test("tells all faults of the settings at once, and looks no further", async () => {
  const findings = await patient.examine({
    CLOUDFLARE_ACCOUNT_ID: "short",
    CLOUDFLARE_ZONE: "",
    TF_VAR_google_client_secret: "",
  });
  expect(idsWith(findings, "problem", "warning")).toEqual(["settings"]);
  const { what } = only(findings, "settings");
  expect(what).toContain("CLOUDFLARE_ACCOUNT_ID must be");
  expect(what).toContain("CLOUDFLARE_ZONE is not set");
  expect(what).toContain("TF_VAR_google_client_secret is not set");
  expect(patient.cloudflare.api.calls).toEqual([]);
});

test("tells of a state folder that others can enter", async () => {
  mkdirSync(patient.stateDir);
  chmodSync(patient.stateDir, 0o755);
  const findings = await patient.examine();
  expect(idsWith(findings, "problem", "warning", "not checked")).toEqual([
    "state-folder",
  ]);
  expect(only(findings, "state-folder").what).toContain("755");
});

// Only root can give a folder away.
(process.getuid?.() === 0 ? test : test.skip)(
  "tells of a state folder that belongs to another user",
  async () => {
    mkdirSync(patient.stateDir);
    chownSync(patient.stateDir, 65_534, 65_534);
    const findings = await patient.examine();
    expect(idsWith(findings, "problem", "warning")).toEqual(["state-folder"]);
    expect(only(findings, "state-folder").what).toContain("another user");
  },
);

test("tells of a file in the state folder's place, and looks no further", async () => {
  writeFileSync(patient.stateDir, "");
  const findings = await patient.examine();
  expect(idsWith(findings, "problem", "warning")).toEqual(["state-folder"]);
  expect(only(findings, "state-folder").what).toContain("not a folder");
  expect(only(findings, "zone").status).toBe("not checked");
});

test("tells what the stacks are refused for", async () => {
  const findings = await patient.examine({
    ACCESS_ALLOWED_EMAILS: "",
    ACCESS_DNS_RECORDS: "create",
  });
  expect(idsWith(findings, "problem", "warning")).toEqual(["stacks"]);
  expect(only(findings, "stacks").what).toContain("comfyui");
  expect(only(findings, "login-method").status).toBe("not checked");
});

test("fails for a service that main.ts does not have", async () => {
  await expect(patient.examine({}, ["comfy"])).rejects.toThrow(UsageError);
});
