import { join } from "node:path";
import { atLength } from "../at-length";
import { synthesize } from "../../deployment/stacks";
import type { DoctorFinding } from "../../doctor/check";
import { examine } from "../../doctor/examine";
import type { Config } from "../stacks/app";
import { Patient } from "./patient";

/**
 * A service may stand on another zone, tunnel and login methods than the
 * settings name: it is held against its own.
 */
const HOST = "art.lab.example";
const ROUTE = "tunnel_route.art_lab_example_route";
const CONFIG: Config = {
  loginMethod: { name: "One-time PIN" },
  loginMethods: { GitHub: { type: "github", clientId: "gh" } },
  services: {
    art: {
      service: "comfyui",
      hostname: HOST,
      zone: "lab.example",
      tunnel: "lab",
      loginMethod: ["GitHub", "One-time PIN"],
      dnsRecord: "existing",
    },
    comfyui: { service: "comfyui", hostname: "comfyui.datacrew.space" },
  },
};

let patient: Patient;
beforeEach(async () => {
  patient = await Patient.admit();
  const { account } = patient;
  const [tunnel] = account.tunnels.values();
  const [zone] = account.zones.values();
  const [record] = [...account.dnsRecords.values()].filter(
    ({ type }) => type === "CNAME",
  );
  const lab = structuredClone(tunnel!);
  lab.id = "1ab00000-0000-4000-8000-000000000001";
  lab.name = "lab";
  lab.configuration.config = {
    ingress: [
      { hostname: HOST, service: "http://caddy:80" },
      { service: "http_status:404" },
    ],
  };
  account.tunnels.set(lab.id, lab);
  const labZone = { ...structuredClone(zone!), id: "1ab".padEnd(32, "0") };
  labZone.name = "lab.example";
  account.zones.set(labZone.id, labZone);
  account.dnsRecords.set("1abd".padEnd(32, "0"), {
    ...structuredClone(record!),
    id: "1abd".padEnd(32, "0"),
    zone_id: labZone.id,
    name: HOST,
    content: `${lab.id}.cfargotunnel.com`,
  });
});
afterEach(() => patient.close());

async function findings(
  names: string[],
  more: Record<string, string> = {},
): Promise<DoctorFinding[]> {
  const env = {
    ...patient.env(),
    GOOGLE_CLIENT_ID: "",
    ACCESS_LOGIN_METHOD: "One-time PIN",
    TF_VAR_github_client_secret: "gh-secret",
    ...more,
    CDKTF_APP: `node --require ./typescript.js ${join(__dirname, "../stacks/app.ts")}`,
    CDKTF_OUTPUT: join(patient.stateDir, "../out-other-names"),
    STACKS_UNDER_TEST: JSON.stringify(CONFIG),
  };
  return examine({
    env,
    names,
    synthesize: () => synthesize({ env }),
    outside: {
      ask: async () => {
        throw new Error("nobody is to be asked");
      },
    },
    now: patient.account.now(),
    nodeVersion: "24.18.0",
  });
}

const said = (all: readonly DoctorFinding[], id: string) =>
  all
    .filter((finding) => finding.id === id)
    .map(({ about, status, what }) => [about, status, what]);

test("a service is held against its own zone, tunnel, record and login methods", async () => {
  patient.deployed("art", { [ROUTE]: "route" });

  const all = await findings(["art"]);

  expect(all.filter(({ status }) => !["ok"].includes(status))).toEqual([]);
  expect(said(all, "zone")).toEqual([
    [undefined, "ok", "lab.example is active and in this account"],
  ]);
  expect(said(all, "tunnel")).toEqual([[undefined, "ok", "lab is there"]]);
  expect(said(all, "connector")).toEqual([
    [undefined, "ok", "the connector of lab is healthy"],
  ]);
  expect(said(all, "ingress-rule")).toEqual([
    [HOST, "ok", expect.stringContaining("this stack's own rule")],
  ]);
  expect(said(all, "dns-record")).toEqual([
    [HOST, "ok", expect.stringContaining("used as it is")],
  ]);
  expect(said(all, "login-method")).toEqual([
    ["GitHub", "ok", "GitHub will be made, by the stack identity"],
    ["One-time PIN", "ok", "One-time PIN is there (One-time PIN) and is used"],
  ]);
  expect(said(all, "limits")).toEqual([
    [HOST, "ok", expect.stringContaining("413, bodies above 100 MB: large")],
    [
      HOST,
      "ok",
      expect.stringContaining("524, no response within 100 s: its API"),
    ],
  ]);
  // Nobody logs in at Google here.
  expect(said(all, "google-client")).toEqual([]);
});

test("each zone and tunnel of several services is looked at, once", async () => {
  const all = await findings([]);
  expect(said(all, "tunnel")).toEqual([
    ["lab", "ok", "lab is there"],
    ["datacrew-services", "ok", "datacrew-services is there"],
  ]);
  expect(said(all, "zone").map(([about]) => about)).toEqual([
    "lab.example",
    "datacrew.space",
  ]);
});

test("says where to set a name that is not there", async () => {
  for (const tunnel of patient.account.tunnels.values())
    if (tunnel.name === "lab") tunnel.name = "renamed";
  const all = await findings(["art"]);
  const [tunnel] = all.filter(({ id }) => id === "tunnel");
  expect(tunnel).toMatchObject({
    status: "problem",
    todo: expect.stringMatching(
      /^Set the tunnel of the service in main\.ts to one that exists, make it on that page, or have a TunnelStack make it/,
    ),
  });
  expect(said(all, "ingress-rule")).toEqual([
    [HOST, "not checked", "the tunnel lab was not found in the account"],
  ]);
});

test("a login method of another kind that is not ours is told of in its own words", async () => {
  patient.account.identityProviders.set("theirs", {
    id: "theirs",
    name: "GitHub",
    type: "github",
    config: { client_id: "another" },
    version: "1",
  });
  const all = await findings(["art"]);
  const [found] = all.filter(
    ({ about, id }) => id === "login-method" && about === "GitHub",
  );
  expect(found).toMatchObject({
    status: "problem",
    what: "GitHub exists with another client id (another), made elsewhere: a deploy would make a second of this name",
    todo: "Take it out of loginMethods in main.ts to use that one, or give ours another name there.",
  });
});

test("the secret of a further login method has to be set", async () => {
  const found = await findings(["art"], { TF_VAR_github_client_secret: "" });
  expect(
    found.find(({ about, id }) => id === "login-method" && about === "GitHub"),
  ).toMatchObject({
    status: "problem",
    what: expect.stringContaining("the secret of GitHub is not set"),
    todo: expect.stringContaining("TF_VAR_github_client_secret"),
  });
});

describe("a code by mail", () => {
  const PIN = "tunnel_one_time_pin.one_time_pin";

  function addPin(name: string): string {
    const { identityProviders } = patient.account;
    for (const { id, type } of identityProviders.values())
      if (type === "onetimepin") identityProviders.delete(id);
    const id = patient.account.newId();
    identityProviders.set(id, {
      id,
      name,
      type: "onetimepin",
      config: {},
      version: "1",
    });
    return id;
  }

  const look = async () =>
    (await findings(["comfyui"])).find(
      ({ about, id }) => id === "login-method" && about === "One-time PIN",
    );

  const isKept = async (name: string) => {
    patient.deployed("identity", { [PIN]: addPin(name) });
    expect(await look()).toMatchObject({ status: "ok" });
  };
  test("that the stack made is kept", () => isKept("Code by mail"));
  atLength("that the stack made is kept, with any name", () =>
    isKept("Login by mail"),
  );

  const isUsed = async (name: string) => {
    addPin(name);
    expect(await look()).toMatchObject({
      status: "ok",
      what: `One-time PIN is there (${name}) and is used`,
    });
  };
  test("that the stack does not know is used", () => isUsed("Code by mail"));
  atLength("that the stack does not know is used, with any name", () =>
    isUsed("Mail"),
  );
});
