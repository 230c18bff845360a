import {
  chmodSync,
  chownSync,
  mkdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { UsageError } from "../../base/usage-error";
import { nodeCheck } from "../../doctor/checks/node";
import { hasProblem } from "../../doctor/examine";
import { NODE_RELEASES } from "../../doctor/node-releases";
import { idsWith, only, Patient } from "./patient";

let patient: Patient;
beforeEach(async () => {
  patient = await Patient.admit();
});
afterEach(() => patient.close());

const findNode = (nodeVersion: string) =>
  nodeCheck.run({ env: {}, nodeVersion, now: new Date("2026-11-27") });

test.each([
  ["18.20.4", "problem"],
  ["20.18.9", "problem"],
  ["20.19.0", "warning"],
  ["21.7.3", "problem"],
  ["22.12.0", "problem"],
  ["22.13.0", "ok"],
  ["23.11.0", "problem"],
  ["24.0.0", "ok"],
  ["25.9.0", "warning"],
  ["26.10.0", "ok"],
  ["28.0.0", "ok"],
])("finds Node.js %s: %s", async (version, status) => {
  expect(await findNode(version)).toMatchObject({ status });
});

test("names the Node.js releases that still get fixes", async () => {
  expect(await findNode("20.20.2")).toMatchObject({
    what: "Node.js 20.20.2 works, but has had no security fixes since 2026-04-30",
    todo: "Install Node.js 22, 24, or 26, then run npm ci.",
  });
});

test("finds a Node.js good on its last day, and past its end on the next", async () => {
  const on = (day: string) =>
    nodeCheck.run({ env: {}, nodeVersion: "22.23.3", now: new Date(day) });
  expect(await on("2027-04-30T23:59:59Z")).toMatchObject({ status: "ok" });
  expect(await on("2027-05-01")).toMatchObject({ status: "warning" });
});

test("has npm refuse the Node.js releases that the doctor calls a problem", () => {
  const { engines } = JSON.parse(
    readFileSync(join(__dirname, "../../package.json"), "utf8"),
  ) as { engines: { node: string } };
  const [oldest, next, ...rest] = NODE_RELEASES.map(
    ({ major, firstMinor }) => `${major}.${firstMinor}.0`,
  );
  expect(engines.node).toBe(`^${oldest} || ^${next} || >=${rest[0]}`);
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

test("tells of an OpenTofu that is not there, and where to get it", async () => {
  const findings = await patient.examine({ TERRAFORM_BINARY_NAME: "no-tofu" });
  expect(only(findings, "terraform").what).toContain(
    "install OpenTofu 1.11 or newer (https://opentofu.org/",
  );
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
