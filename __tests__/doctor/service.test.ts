import { dnsRecordCheck } from "../../doctor/checks/dns-record";
import type { ServiceContext } from "../../doctor/context";
import type { Application, DnsRecord } from "../../local/account-objects";
import { idsWith, only, Patient } from "./patient";

let patient: Patient;
beforeEach(async () => {
  patient = await Patient.admit();
});
afterEach(() => patient.close());

const HOST = "comfyui.datacrew.space";
const ROUTE = "tunnel_route.comfyui_datacrew_space_route";
const APPLICATION =
  "cloudflare_zero_trust_access_application.comfyui_datacrew_space";
const RECORD = "tunnel_dns_record.comfyui_datacrew_space_record";

const ingress = () =>
  [...patient.account.tunnels.values()][0]!.configuration.config!.ingress!;
const record = (): DnsRecord =>
  [...patient.account.dnsRecords.values()].find(({ name }) => name === HOST)!;

/** Puts an application like the guide's own one before another host or path. */
function protect(domain: string, name: string): Application {
  const [like] = patient.account.applications.values();
  const application = {
    ...structuredClone(like!),
    id: patient.account.newId(),
    name,
    domain,
    destinations: [{ type: "public", uri: domain }],
  };
  patient.account.applications.set(application.id, application);
  return application;
}

async function expectOnly(
  id: string,
  status: string,
  says: string,
  env: Record<string, string> = {},
): Promise<void> {
  const findings = await patient.examine(env);
  const amiss = findings.filter((finding) => finding.status !== "ok");
  expect(amiss.map((finding) => [finding.id, finding.status])).toEqual([
    [id, status],
  ]);
  expect(amiss[0]!.what).toContain(says);
  expect(amiss[0]!.todo).toBeTruthy();
}

async function whatOf(
  id: string,
  env: Record<string, string> = {},
): Promise<string> {
  const findings = await patient.examine(env);
  expect(idsWith(findings, "problem", "warning", "not checked")).toEqual([]);
  return only(findings, id).what;
}

describe("application", () => {
  test("will be made where none stands", async () => {
    expect(await whatOf("application")).toContain("the deploy creates one");
  });

  test("of a wildcard host gives way to ours", async () => {
    protect("*.datacrew.space", "Everything");
    expect(await whatOf("application")).toContain(
      'decided by the wider application "Everything"',
    );
  });

  test("of somebody else on the host is a refusal to come", async () => {
    protect(HOST, "By hand");
    await expectOnly("application", "problem", "11010");
  });

  test("of our name is to be adopted", async () => {
    protect(HOST, "ComfyUI");
    const finding = only(await patient.examine(), "application");
    expect(finding.todo).toContain("npm run adopt -- comfyui");
  });

  test("of nobody's taking over is not to be named in the code", async () => {
    Object.assign(protect(HOST, "ComfyUI"), {
      scim_config: { enabled: true, remote_uri: "https://scim.x.io/v2" },
    });
    const { todo } = only(await patient.examine(), "application");
    expect(todo).toMatch(
      /^It can't be taken over: npm run adopt -- comfyui says why/,
    );
    expect(todo).not.toContain("existingApplication");
  });

  test("on a longer path of the host goes before ours", async () => {
    protect(`${HOST}/system_stats`, "Dock");
    const findings = await patient.examine();
    const amiss = findings.filter(({ status }) => status !== "ok");
    expect(amiss).toMatchObject([
      { id: "application", status: "warning", about: `${HOST}/system_stats` },
    ]);
  });

  test("of our own state is kept", async () => {
    const { id } = protect(HOST, "ComfyUI");
    patient.deployed("comfyui", { [APPLICATION]: id });
    expect(await whatOf("application")).toContain("this stack's own");
  });

  test("has been given another host by hand", async () => {
    const { destinations, id } = protect(HOST, "ComfyUI");
    destinations!.push({ type: "public", uri: "grafana.datacrew.space" });
    patient.deployed("comfyui", { [APPLICATION]: id });
    await expectOnly("application", "warning", "also for grafana.datacrew");
  });

  test("of our own state that is gone is told of", async () => {
    patient.deployed("comfyui", { [APPLICATION]: "gone" });
    await expectOnly(
      "application",
      "problem",
      "no application protects it, and the tunnel's rule checks no JWT",
    );
  });

  test("of our own state that is gone lets nobody in where the rule demands its JWT", async () => {
    patient.deployed("comfyui", { [APPLICATION]: "gone" });
    const access = { required: true, teamName: "datacrew", audTag: ["aud"] };
    Object.assign(ingress()[2]!, { originRequest: { access } });
    const finding = only(await patient.examine(), "application");
    expect(finding.status).toBe("warning");
    expect(finding.todo).toContain("JWT check refuses everyone");
  });

  test("of our own state that is gone leaves it to a wider one", async () => {
    patient.deployed("comfyui", { [APPLICATION]: "gone" });
    protect("*.datacrew.space", "Everything");
    await expectOnly("application", "warning", '"Everything" decides');
  });
});

describe("ingress rule", () => {
  test("of the host is adopted", async () => {
    expect(await whatOf("ingress-rule")).toContain(
      "adopted: rule 3, comfyui.datacrew.space to http://caddy:80",
    );
  });

  test("is made before the wildcard that answers so far", async () => {
    ingress().splice(2, 1);
    expect(await whatOf("ingress-rule")).toContain(
      "answered by rule 6, *.datacrew.space to http://previews:8000",
    );
  });

  test("is made on a tunnel without a configuration", async () => {
    const [tunnel] = patient.account.tunnels.values();
    tunnel!.configuration = {
      ...tunnel!.configuration,
      version: 0,
      config: null,
    };
    expect(await whatOf("ingress-rule")).toContain("no rule yet");
  });

  test("of our own state is kept", async () => {
    patient.deployed("comfyui", { [ROUTE]: "route" });
    expect(await whatOf("ingress-rule")).toContain("this stack's own rule");
  });

  test("of our own state that is gone is told of", async () => {
    patient.deployed("comfyui", { [ROUTE]: "route" });
    ingress().splice(2, 1);
    await expectOnly("ingress-rule", "warning", "was deployed and is gone");
  });

  test("is told of a wider one that comes first", async () => {
    ingress().unshift({
      hostname: "*.datacrew.space",
      path: "^/ai",
      service: "http://caddy:80",
    });
    await expectOnly(
      "ingress-rule",
      "warning",
      "rule 1, *.datacrew.space ^/ai",
    );
  });
});

describe("DNS record", () => {
  const gone = () => patient.account.dnsRecords.delete(record().id);

  test("that is there and right is used as it is", async () => {
    expect(await whatOf("dns-record")).toContain("used as it is");
  });

  test("that is there and right is used beside a record of another kind", async () => {
    const other = { ...record(), id: "e".repeat(32), type: "TXT" };
    patient.account.dnsRecords.set(other.id, other);
    expect(await whatOf("dns-record")).toContain("used as it is");
  });

  test("that is missing is made", async () => {
    gone();
    expect(await whatOf("dns-record")).toContain("the deploy makes it");
  });

  test("that is not proxied is refused", async () => {
    record().proxied = false;
    await expectOnly("dns-record", "problem", "is not proxied");
  });

  test("that leads elsewhere is refused, and replaced where the code says so", async () => {
    record().content = "elsewhere.example";
    const { todo, what } = only(await patient.examine(), "dns-record");
    expect(what).toContain("CNAME elsewhere.example leads elsewhere");
    expect(todo).toMatch(
      /^Give the service another hostname; or, .* write dnsRecord: "replace" in main\.ts: .* once the host is protected, and a destroy puts that back\.$/,
    );
    await expectOnly("dns-record", "problem", "leads elsewhere");
    const { content, id, type } = record();
    const seen = await dnsRecordCheck.run({
      account: {
        tunnel: async () => ({ id: "here" }),
        records: async () => [{ id, name: HOST, type, content }],
      },
      service: { hostname: HOST, record: { ownership: "replace" } },
    } as unknown as ServiceContext);
    expect(seen).toMatchObject({
      status: "ok",
      what: expect.stringMatching(
        /^CNAME elsewhere\.example leads elsewhere, .*: the deploy replaces it once the host is protected, and a destroy puts it back$/,
      ) as unknown,
    });
  });

  test.each(["A", "AAAA"])(
    "that is an unproxied %s is refused, and never to be deleted by hand",
    async (type) => {
      const content = type === "A" ? "203.0.113.10" : "2001:db8::10";
      Object.assign(record(), { type, content, proxied: false });
      const { todo, what } = only(await patient.examine(), "dns-record");
      expect(what).toMatch(
        /^A+ \S+ leads elsewhere, to an address where a CNAME to the tunnel is due, and is not proxied/,
      );
      expect(todo).toMatch(/write dnsRecord: "replace" in main\.ts/);
      expect(todo).not.toMatch(/delete/);
    },
  );

  test.each([
    ["existing", "makes none", gone],
    ["create", "would create it again", () => {}],
  ])(
    "that %s can't have needs no setting at all",
    async (ownership, says, change) => {
      change();
      const env = { ACCESS_DNS_RECORDS: ownership };
      await expectOnly("dns-record", "problem", says, env);
      const { todo } = only(await patient.examine(env), "dns-record");
      expect(todo).toMatch(/^Leave dnsRecord out of main.ts and ACCESS_DNS_/);
      expect(idsWith(await patient.examine(), "problem")).toEqual([]);
    },
  );

  test("of the stack's own is so whatever the account says of others", async () => {
    patient.deployed("comfyui", { [RECORD]: record().id });
    expect(await whatOf("dns-record")).toContain("this stack's own");
  });

  test("of the stack's own is so in a state from before", async () => {
    const former = RECORD.replace("tunnel", "cloudflare");
    patient.deployed("comfyui", { [former]: record().id });
    expect(await whatOf("dns-record")).toContain("this stack's own");
  });

  test("of the stack's own that somebody changed is put right", async () => {
    patient.deployed("comfyui", { [RECORD]: record().id });
    record().proxied = false;
    await expectOnly("dns-record", "warning", "the deploy fixes it");
  });

  test("of the stack's own that somebody deleted is made again", async () => {
    patient.deployed("comfyui", { [RECORD]: record().id });
    gone();
    await expectOnly("dns-record", "warning", "the deploy makes it again");
  });
});
