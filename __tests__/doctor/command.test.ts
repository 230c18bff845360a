import { atLength } from "../at-length";
import { run } from "../../deployment/processes";
import type { DoctorFinding } from "../../doctor/check";
import { nodeCheck } from "../../doctor/checks/node";
import { Patient } from "./patient";

let patient: Patient;
beforeEach(async () => {
  patient = await Patient.admit();
});
afterEach(() => patient.close());

function doctor(env: Record<string, string>, ...args: string[]) {
  return run(
    "node",
    ["--require", "./typescript.js", "scripts/doctor.ts", ...args],
    {
      env: {
        ...patient.env(env),
        ACCESS_EDGE: `127.0.0.1:${patient.cloudflare.edge.port}`,
        ACCESS_EDGE_CA: patient.edgeCertificate(),
        FORCE_COLOR: "",
        NO_COLOR: "1",
      },
    },
  );
}

test("prints a table without colours and exits with 0 where nothing is amiss", async () => {
  // The Node.js that runs the tests may be past its end.
  const node = await nodeCheck.run({
    env: {},
    nodeVersion: process.versions.node,
    now: new Date(),
  });
  const warnings = [node].flat().some(({ status }) => status === "warning")
    ? "1 warning"
    : "0 warnings";
  const { code, output } = await doctor({}, "comfyui");
  expect(output).toContain(`0 problems, ${warnings}, 0 not checked`);
  expect(output).not.toContain("\u001b");
  expect(code).toBe(0);
});

test("prints JSON and exits with 1 where something is a problem", async () => {
  [...patient.account.zones.values()][0]!.status = "pending";
  const { code, stdout } = await doctor({}, "--json");
  const findings = JSON.parse(stdout) as DoctorFinding[];
  const found = findings.filter(({ status }) => status === "problem");
  expect(found).toEqual([
    {
      id: "zone",
      status: "problem",
      what: "datacrew.space is pending, not active",
      todo: expect.stringContaining("name servers"),
      why: expect.stringContaining("active zones"),
      page: expect.stringContaining("https://dash.cloudflare.com/"),
    },
  ]);
  expect(code).toBe(1);
});

test("exits with 2 for a service that main.ts does not have", async () => {
  const { code, output } = await doctor({}, "comfy");
  expect(output).toContain('main.ts has no stack "comfy"');
  expect(code).toBe(2);
});

test("says why and what to do, and never a secret", async () => {
  const { code, output } = await doctor({ CLOUDFLARE_TUNNEL: "other" });
  expect(output).toContain("no tunnel is named other");
  expect(output).toContain("Do:  Set CLOUDFLARE_TUNNEL");
  for (const secret of ["CLOUDFLARE_API_TOKEN", "TF_VAR_google_client_secret"])
    expect(output).not.toContain(patient.env()[secret]);
  expect(code).toBe(1);
});

test("asks for the cause of a symptom of one service", async () => {
  [...patient.account.tunnels.values()][0]!.connectors = [];
  const { code, output } = await doctor({}, "comfyui", "--symptom", "1033");
  expect(output).toMatch(/^problem +connector/m);
  expect(code).toBe(1);
});

const EXITS = "exits with 2 for %j";
async function exits(args: readonly string[], says: string): Promise<void> {
  const { code, output } = await doctor({}, ...args);
  expect(output).toContain(says);
  expect(code).toBe(2);
}
test.each([
  [
    ["--symptom", "1033", "--email", "ann"],
    `npm run doctor:
- --symptom needs exactly one service
- --email only works with --symptom denied
- --email must be an address such as "ann@example.com", got "ann"`,
  ],
])(EXITS, exits);
atLength.each([
  [["comfyui", "--symptom", "418"], "Allowed choices are"],
  [["--symptom", "1033"], "needs exactly one service"],
  [["identity", "--symptom", "1033"], 'the stack "identity" has no service'],
])(EXITS, exits);
