import type { Finding } from "../../doctor/check";
import type { Application, Policy } from "../../local/account-objects";
import { serve } from "../../local/origins/server";
import { sendText } from "../../local/origins/stand-in";
import { Patient } from "./patient";

const HOST = "comfyui.datacrew.space";
const APPLICATION =
  "cloudflare_zero_trust_access_application.comfyui_datacrew_space";

let patient: Patient;
beforeEach(async () => {
  patient = await Patient.admit();
  deploy();
});
afterEach(() => patient.close());

/** What a deploy would have made, as far as symptoms are about it. */
function deploy(): void {
  const { account } = patient;
  const google = account.newId();
  account.identityProviders.set(google, {
    id: google,
    name: "Google",
    type: "google",
    config: { client_id: patient.env().GOOGLE_CLIENT_ID! },
    version: "1",
  });
  const [like] = account.serviceTokens.values();
  const token = { ...like!, id: account.newId(), name: "comfyui-api" };
  token.client_id = `${account.newHexId()}.access`;
  token.client_secret = account.newClientSecret();
  account.serviceTokens.set(token.id, token);
  const machines = policy("non_identity", {
    service_token: { token_id: token.id },
  });
  const people = policy("allow", { email: { email: "ada@datacrew.space" } });
  const application: Application = {
    ...structuredClone([...account.applications.values()][0]!),
    id: account.newId(),
    name: "ComfyUI",
    domain: HOST,
    destinations: [{ type: "public", uri: HOST }],
    allowed_idps: [google],
    policies: [machines, people].map(({ id }, index) => ({
      id,
      precedence: index + 1,
    })),
  };
  account.applications.set(application.id, application);
  patient.deployed("comfyui", { [APPLICATION]: application.id });
}

function policy(
  decision: Policy["decision"],
  rule: Policy["include"][number],
): Policy {
  const [like] = patient.account.policies.values();
  const made = {
    ...structuredClone(like!),
    id: patient.account.newId(),
    name: decision,
    decision,
    include: [rule],
  };
  patient.account.policies.set(made.id, made);
  return made;
}

const application = () =>
  [...patient.account.applications.values()].find(
    ({ domain }) => domain === HOST,
  )!;
const token = () =>
  [...patient.account.serviceTokens.values()].find(
    ({ name }) => name === "comfyui-api",
  )!;
const policyOf = (decision: string) =>
  patient.account
    .policiesOf(application())
    .find((one) => one.decision === decision)!;
const tunnel = () => [...patient.account.tunnels.values()][0]!;

const pair = () => ({
  COMFYUI_ACCESS_CLIENT_ID: token().client_id,
  COMFYUI_ACCESS_CLIENT_SECRET: token().client_secret,
});

/** The finding that answers: the last. What was asked before was in order. */
async function answer(
  ...args: Parameters<Patient["diagnose"]>
): Promise<Finding> {
  const findings = await patient.diagnose(...args);
  expect(
    findings.slice(0, -1).filter(({ status }) => status === "problem"),
  ).toEqual([]);
  return findings.at(-1)!;
}

describe("denied", () => {
  const email = "grace@example.org";

  test("names the policy's lack of the person", async () => {
    expect(await answer("denied", {}, { email })).toMatchObject({
      id: "person-admitted",
      status: "problem",
      about: email,
    });
  });

  test("tells of an old session where the person is let in now", async () => {
    const found = await answer("denied", {}, { email: "ada@datacrew.space" });
    expect(found.status).toBe("ok");
    expect(found.what).toContain("/cdn-cgi/access/logout");
  });

  test("names a login method that the application does not offer", async () => {
    application().allowed_idps = ["a11ce000-0000-4000-8000-000000000001"];
    const found = await answer("denied", {}, { email: "ada@datacrew.space" });
    expect(found.what).toContain("does not offer Google");
  });

  test("names another application that decides", async () => {
    const longer = `${HOST}/system_stats`;
    patient.account.applications.set("longer", {
      ...structuredClone(application()),
      id: "longer",
      name: "Dock",
      domain: longer,
      destinations: [{ type: "public", uri: longer }],
    });
    expect((await answer("denied")).what).toContain('"Dock"');
  });

  test("asks for the address where it is not given", async () => {
    expect(await answer("denied")).toMatchObject({
      status: "not checked",
      what: expect.stringContaining("--email"),
    });
  });
});

describe.each(["403", "login-redirect"] as const)("%s", (symptom) => {
  test("names the caller where the pair works from here", async () => {
    const found = await answer(symptom, pair());
    expect(found.id).toBe("token-works");
    expect(found.what).toContain("the pair from here works (200)");
  });

  test("names a token that the account does not have", async () => {
    const found = await answer(symptom, {
      ...pair(),
      COMFYUI_ACCESS_CLIENT_ID: `${"0".repeat(32)}.access`,
    });
    expect(found).toMatchObject({ id: "token-known", status: "problem" });
  });

  test("names a token that has ended", async () => {
    token().expires_at = "2020-01-01T00:00:00Z";
    expect((await answer(symptom, pair())).what).toBe("ended on 2020-01-01");
  });

  test("names a token that is switched off", async () => {
    token().enabled = false;
    expect((await answer(symptom, pair())).what).toContain("switched off");
  });

  test("names a token that stands in the allow policy instead", async () => {
    const { include } = policyOf("non_identity");
    policyOf("allow").include.push(...include);
    application().policies.shift();
    expect(await answer(symptom, pair())).toMatchObject({
      id: "token-admitted",
      status: "problem",
    });
  });

  test("names a secret that is another one", async () => {
    const env = { ...pair(), COMFYUI_ACCESS_CLIENT_SECRET: "wrong" };
    const found = await answer(symptom, env);
    expect(found).toMatchObject({ id: "token-works", status: "problem" });
    expect(found.what).toContain("the secret is another one");
  });

  test("names the half that is missing", async () => {
    const env = { ...pair(), COMFYUI_ACCESS_CLIENT_SECRET: "" };
    expect((await answer(symptom, env)).what).toContain(
      "COMFYUI_ACCESS_CLIENT_SECRET is not set",
    );
  });
});

describe("403 on the first page after a login", () => {
  const leadStraight = () => {
    const { configuration } = tunnel();
    for (const rule of configuration.config!.ingress!)
      if (rule.hostname === HOST) rule.service = "http://comfyui:8188";
    configuration.version++;
  };

  test("names the service that refuses what the login leads to", async () => {
    leadStraight();
    const found = await answer("403", pair());
    expect(found).toMatchObject({ id: "first-page", status: "problem" });
    expect(found.what).toContain("403 on the way back from the login, 200");
    expect(found.todo).toContain("npm run caddyfile");
  });

  test("is not named where the page opens", async () => {
    const findings = await patient.diagnose("403", pair());
    expect(findings).toContainEqual(
      expect.objectContaining({ id: "first-page", status: "ok" }),
    );
  });
});

describe("local-scripts", () => {
  test("names the script's address where the service answers", async () => {
    const origin = await serve({
      async handle(request, response) {
        request.resume();
        sendText(response, 200, "queue");
      },
    });
    const found = await answer("local-scripts", {}, { localPort: origin.port });
    await origin.close();
    expect(found.what).toContain(`must be asking https://${HOST}`);
  });

  test("names the service where nothing answers", async () => {
    const found = await answer("local-scripts", {}, { localPort: 1 });
    expect(found.what).toContain("nothing answers there");
  });
});

describe.each(["1033", "530"] as const)("%s", (symptom) => {
  test("names the connector that is gone", async () => {
    tunnel().connectors = [];
    expect(await answer(symptom)).toMatchObject({
      id: "connector",
      status: "problem",
    });
  });

  test("names a record that leads to no tunnel of ours", async () => {
    const record = [...patient.account.dnsRecords.values()].find(
      ({ name }) => name === HOST,
    )!;
    record.content = "00000000-0000-4000-8000-000000000000.cfargotunnel.com";
    const found = await answer(symptom);
    expect(found.id).toBe("record-leads-here");
    expect(found.what).toContain("no tunnel of this account");
  });

  test("finds nothing where all is in order", async () => {
    const findings = await patient.diagnose(symptom);
    expect(findings.map(({ status }) => status)).toEqual(["ok", "ok", "ok"]);
  });
});

describe("502", () => {
  test("names the service that the connector can't reach", async () => {
    // Nothing listens on port 1.
    patient.cloudflare.network.add("caddy:80", 1);
    const found = await answer("502", pair());
    expect(found.id).toBe("service-answers");
    expect(found.what).toContain("does not reach http://caddy:80");
  });

  test("names a rule that leads elsewhere", async () => {
    const rule = tunnel().configuration.config!.ingress!.find(
      ({ hostname }) => hostname === HOST,
    )!;
    rule.service = "http://gone:80";
    expect((await answer("502", pair())).id).toBe("rule-leads-to-service");
  });

  test("says so where the service is back", async () => {
    expect(await answer("502", pair())).toMatchObject({
      status: "not checked",
      what: expect.stringContaining("answered 200"),
    });
  });
});
