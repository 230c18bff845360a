import type { Json } from "../../local/account-objects";
import { Patient } from "./patient";

let patient: Patient;
beforeEach(async () => {
  patient = await Patient.admit();
});
afterEach(() => patient.close());

/** What is said about a switch. */
async function said(about: string) {
  const findings = await patient.examine();
  const found = findings.filter(
    (finding) => finding.id === "account-switches" && finding.about === about,
  );
  expect(found).toHaveLength(1);
  return found[0]!;
}

function set(name: string, value: Json): void {
  patient.account.organization![name] = value;
}

test("tells of strict service tokens, on and off, and changes nothing", async () => {
  const before = patient.account.snapshot();
  expect(await said("strict service tokens")).toMatchObject({
    status: "ok",
    what: expect.stringMatching(/^off: .*On is safer/) as unknown,
  });
  expect(patient.account.snapshot()).toEqual(before);
  set("strict_service_token_auth", true);
  expect((await said("strict service tokens")).what).toMatch(/^on: .*401/);
});

test("names the hosts that denying unmatched requests would block today", async () => {
  const { what } = await said("deny unmatched requests");
  expect(what).toMatch(/^off: .*would block .*comfyui\.datacrew\.space/);
  set("deny_unmatched_requests", true);
  expect((await said("deny unmatched requests")).what).toMatch(/^on: /);
  set("deny_unmatched_requests_exempted_zone_names", ["datacrew.space"]);
  expect((await said("deny unmatched requests")).what).toMatch(
    /^on: .* is blocked, but for hosts of datacrew\.space \(exempted\), today no public host/,
  );
});

test("names hosts that only a tunnel's last rule takes, by their records", async () => {
  const { account } = patient;
  const [tunnel] = account.tunnels.values();
  const [own] = [...account.dnsRecords.values()].filter(({ content }) =>
    content.startsWith(tunnel!.id),
  );
  const add = (name: string, more: object) => {
    const id = account.newId();
    account.dnsRecords.set(id, { ...own!, ...more, id, name });
  };
  add("nas.datacrew.space", {});
  add("alias.datacrew.space", { content: "nas.datacrew.space" });
  add("server.datacrew.space", { type: "A", content: "192.0.2.1" });
  const { configuration } = tunnel!;
  const rules = configuration
    .config!.ingress!.slice(0, -1)
    .filter(({ hostname }) => hostname !== "*.datacrew.space");
  const endingIn = async (service: string) => {
    const ingress = [...rules, { service }];
    configuration.config = { ...configuration.config, ingress };
    return (await said("deny unmatched requests")).what;
  };
  expect(await endingIn("http_status:404")).not.toMatch(/nas|alias|server/);
  const what = await endingIn("http://caddy:80");
  expect(what).toMatch(/nas\.datacrew\.space, alias\.datacrew\.space/);
  expect(what).not.toContain("server.");
});

test("names hosts that only a tunnel's wildcard takes, whatever application there is of one label", async () => {
  const [application] = [...patient.account.applications.values()];
  const [tunnel] = [...patient.account.tunnels.values()];
  const { configuration } = tunnel!;
  configuration.config = {
    ...configuration.config,
    ingress: [
      { hostname: "*.datacrew.space", service: "http://caddy:80" },
      { service: "http_status:404" },
    ],
  };
  const all = patient.account.applications;
  const id = application?.id ?? patient.account.newId();
  all.set(id, {
    ...application,
    id,
    ...{ name: "All", type: "self_hosted", domain: "*.datacrew.space" },
    destinations: [{ type: "public", uri: "*.datacrew.space" }],
  } as never);
  expect((await said("deny unmatched requests")).what).toContain(
    "would block 1 public host of tunnels: hosts deeper than *.datacrew.space",
  );
});

test("warns of tokens that the clean-up takes, those that only a group names too", async () => {
  const [token] = [...patient.account.serviceTokens.values()];
  const at = patient.account.timestamp();
  patient.account.policies.clear();
  patient.account.groups.set("g", {
    id: "g",
    name: "machines",
    include: [{ service_token: { token_id: token!.id } }],
    exclude: [],
    require: [],
    created_at: at,
    updated_at: at,
  });
  set("service_token_inactivity", {
    enabled: true,
    action: "disable",
    inactivity_threshold_days: 90,
  });
  expect(await said("clean-up of inactive service tokens")).toMatchObject({
    status: "warning",
    what: expect.stringContaining(
      `${token!.name} (named by a group only)`,
    ) as unknown,
  });
});

test("tells whether Access asks everybody for a second factor", async () => {
  const about = "second factor (MFA) of Access";
  expect((await said(about)).what).toMatch(/^not enforced account-wide/);
  set("mfa_required_for_all_apps", true);
  expect((await said(about)).what).toMatch(/^on: /);
});

test("warns of a token that is switched off", async () => {
  const [token] = [...patient.account.serviceTokens.values()];
  token!.enabled = false;
  expect(await said(token!.name)).toMatchObject({
    status: "warning",
    what: expect.stringContaining("switched off") as unknown,
  });
});
