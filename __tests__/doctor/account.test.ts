import { idsWith, only, Patient } from "./patient";

let patient: Patient;
beforeEach(async () => {
  patient = await Patient.admit();
});
afterEach(() => patient.close());

const DAY_MS = 86_400_000;
const inDays = (days: number) =>
  new Date(Date.now() + days * DAY_MS).toISOString();

const tunnel = () => [...patient.account.tunnels.values()][0]!;
const zone = () => [...patient.account.zones.values()][0]!;
const apiToken = () => patient.account.apiTokens[0]!;
const client = () => patient.account.googleClients[0]!;

test("finds nothing amiss with the guide's account, and changes nothing", async () => {
  const before = patient.account.snapshot();
  const findings = await patient.examine();
  expect(idsWith(findings, "problem", "warning", "not checked")).toEqual([]);
  expect(patient.account.snapshot()).toEqual(before);
  expect(only(findings, "zero-trust").what).toBe(
    "switched on, team domain datacrew.cloudflareaccess.com",
  );
  for (const { page, why } of findings) {
    expect(why).toBeTruthy();
    expect(page).toBeTruthy();
  }
});

test("finds nothing amiss with a token that the account owns", async () => {
  const owned = patient.account.apiTokens.find(
    ({ owner }) => owner === "account",
  )!;
  const findings = await patient.examine({ CLOUDFLARE_API_TOKEN: owned.value });
  expect(idsWith(findings, "problem", "warning", "not checked")).toEqual([]);
  expect(only(findings, "api-token").what).toContain("owned by the account");
});

/** One thing that is amiss, and all that can't be found out because of it. */
const CASES: {
  name: string;
  edit: () => void;
  id: string;
  status: "problem" | "warning";
  says: RegExp;
  hides?: string[];
}[] = [
  {
    name: "an API token that ends in ten days",
    edit: () => (apiToken().expires_on = inDays(10.5)),
    id: "api-token",
    status: "warning",
    says: /10 days/,
  },
  {
    name: "Zero Trust never switched on",
    edit: () => (patient.account.organization = null),
    id: "zero-trust",
    status: "problem",
    says: /never switched on/,
    hides: [
      "permission",
      "optional-permission",
      "seats",
      "login-method",
      "google-client",
      "service-tokens",
      "account-switches",
      "application",
    ],
  },
  {
    name: "a pending zone",
    edit: () => (zone().status = "pending"),
    id: "zone",
    status: "problem",
    says: /is pending, not active/,
  },
  {
    name: "a paused zone",
    edit: () => (zone().paused = true),
    id: "zone",
    status: "problem",
    says: /paused/,
  },
  {
    name: "a zone in another account",
    edit: () => (zone().account = { id: "f".repeat(32), name: "Other" }),
    id: "zone",
    status: "problem",
    says: /in another account, Other/,
    hides: ["permission", "dns-record"],
  },
  {
    name: "a deleted tunnel",
    edit: () => (tunnel().deleted_at = inDays(-1)),
    id: "tunnel",
    status: "problem",
    says: /no tunnel is named datacrew-services/,
    hides: ["tunnel-configuration", "connector", "ingress-rule", "dns-record"],
  },
  {
    name: "a tunnel that is configured on its host",
    edit: () => (tunnel().configuration.source = "local"),
    id: "tunnel-configuration",
    status: "problem",
    says: /file on its host/,
    hides: ["ingress-rule"],
  },
  {
    name: "a demand for a JWT that cloudflared ignores",
    edit: () => {
      tunnel().configuration.config!.originRequest = {
        access: { required: true, teamName: "datacrew", audTag: ["aud"] },
      };
    },
    id: "tunnel-configuration",
    status: "warning",
    says: /demands the JWT of Access for all its rules at once.*cloudflared ignores that/,
  },
  {
    name: "a connector that went away",
    edit: () => {
      tunnel().connectors = [];
      tunnel().conns_inactive_at = inDays(-1);
    },
    id: "connector",
    status: "problem",
    says: /is down/,
  },
  {
    name: "a Google client that has no such redirect URI",
    edit: () =>
      (client().redirect_uris = [
        "https://comfyui.datacrew.space/cdn-cgi/access/callback",
      ]),
    id: "google-client",
    status: "warning",
    says: /redirect_uri_mismatch/,
  },
  {
    name: "a Google client that was deleted",
    edit: () => (client().client_id = "2-other.apps.googleusercontent.com"),
    id: "google-client",
    status: "warning",
    says: /deleted_client/,
  },
  {
    name: "a service token that ends soon",
    edit: () => {
      for (const token of patient.account.serviceTokens.values())
        token.expires_at = inDays(3.5);
    },
    id: "service-tokens",
    status: "warning",
    says: /3 days/,
  },
  {
    name: "a Free plan's seats nearly taken",
    edit: () => {
      for (let index = 0; index < 46; index++)
        patient.account.users.set(`p${index}@example.com`, {
          id: `user-${index}`,
          email: `p${index}@example.com`,
          name: "",
          created_at: inDays(-1),
          last_successful_login: inDays(-1),
        });
    },
    id: "seats",
    status: "warning",
    says: /46 seats/,
  },
];

test.each(CASES)("tells of $name, and of nothing else", async (broken) => {
  const env = patient.env();
  broken.edit();
  const findings = await patient.examine({
    GOOGLE_CLIENT_ID: env.GOOGLE_CLIENT_ID!,
  });
  expect(idsWith(findings, "problem", "warning")).toEqual([broken.id]);
  expect(idsWith(findings, "not checked")).toEqual(broken.hides ?? []);
  const finding = only(findings, broken.id);
  expect(finding.status).toBe(broken.status);
  expect(finding.what).toMatch(broken.says);
  expect(finding.todo).toBeTruthy();
});

test.each(["disabled", "expired"] as const)(
  "looks at nothing with a token that is %s",
  async (status) => {
    apiToken().status = status;
    const findings = await patient.examine();
    expect(idsWith(findings, "problem", "warning")).toEqual(["api-token"]);
    expect(only(findings, "api-token").what).toContain(status);
    expect(only(findings, "zone").status).toBe("not checked");
  },
);

test("tells of a token that Cloudflare does not know", async () => {
  const findings = await patient.examine({
    CLOUDFLARE_API_TOKEN: "x".repeat(40),
  });
  expect(idsWith(findings, "problem", "warning")).toEqual(["api-token"]);
  expect(only(findings, "api-token").what).toContain("unknown");
});

test("does not pass over a Cloudflare that does not answer", async () => {
  const findings = await patient.examine({
    CLOUDFLARE_BASE_URL: "http://127.0.0.1:1/client/v4",
  });
  expect(idsWith(findings, "problem", "warning")).toEqual(["api-token"]);
  expect(only(findings, "api-token").what).toContain("can't be reached");
});

test("tells of a Google client that never was", async () => {
  const findings = await patient.examine({
    GOOGLE_CLIENT_ID: "2-other.apps.googleusercontent.com",
  });
  expect(idsWith(findings, "problem", "warning")).toEqual(["google-client"]);
  expect(only(findings, "google-client").what).toContain("invalid_client");
});

test("says nothing of a Google that answers otherwise than it used to", async () => {
  const findings = await patient.examine({}, ["comfyui"], async () => ({
    status: 200,
    headers: new Headers(),
    text: "a new page",
  }));
  expect(idsWith(findings, "problem", "warning")).toEqual([]);
  expect(only(findings, "google-client").status).toBe("not checked");
});

test("tells of a connector that is degraded", async () => {
  patient.cloudflare.api.onCall({
    async after(call, answer) {
      if (!call.path.endsWith("/cfd_tunnel")) return;
      const text = await answer.clone().text();
      return new Response(text.replaceAll('"healthy"', '"degraded"'), answer);
    },
  });
  const findings = await patient.examine();
  expect(idsWith(findings, "problem")).toEqual([]);
  expect(idsWith(findings, "warning")).toEqual(["connector"]);
});

test("is not misled by Access throttling a token that is in order", async () => {
  const refused = new Set<string>();
  patient.cloudflare.api.onCall({
    before({ method, path }) {
      const key = `${method} ${path}`;
      if (!path.includes("/access/") || refused.has(key)) return;
      refused.add(key);
      const errors = [{ code: 10000, message: "Forbidden" }];
      return Response.json({ success: false, errors }, { status: 403 });
    },
  });
  const findings = await patient.examine();
  expect(idsWith(findings, "problem", "warning", "not checked")).toEqual([]);
});
