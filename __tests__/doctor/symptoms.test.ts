import { resolve } from "node:path";
import type { DoctorFinding } from "../../doctor/check";
import type { Application, Policy } from "../../local/account-objects";
import { comfyui } from "../../local/origins/comfyui";
import { serve } from "../../local/origins/server";
import { sendText } from "../../local/origins/stand-in";
import type { Config } from "../stacks/app";
import { Patient } from "./patient";
import { whereToAdd } from "../../doctor/symptoms/person-admitted";
import { loadSettings } from "../../settings";

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

/** What a deploy writes of itself. */
const outputs = () => ({
  service: {
    name: "ComfyUI",
    page_text: "ComfyUI",
    api_path: "/system_stats",
    local_url: "http://localhost:8188",
    container_url: "http://comfyui:8188",
    hostname: HOST,
    aud: application().aud,
    access_app_id: application().id,
    team_name: "datacrew",
  },
  service_tokens: [
    {
      name: "comfyui-api",
      id: token().id,
      client_id: token().client_id,
      client_secret: token().client_secret,
    },
  ],
});

const pair = () => ({
  COMFYUI_ACCESS_CLIENT_ID: token().client_id,
  COMFYUI_ACCESS_CLIENT_SECRET: token().client_secret,
});

/** The finding that answers: the last. What was asked before was in order. */
async function answer(
  ...args: Parameters<Patient["diagnose"]>
): Promise<DoctorFinding> {
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

  test("says where to add the person: in the settings, or in main.ts where the service has its own list", async () => {
    const { todo } = await answer("denied", {}, { email });
    expect(todo).toMatch(/^Add the address to ACCESS_ALLOWED_EMAILS, /);
    const own = { ACCESS_ALLOWED_EMAILS: "", ACCESS_ALLOWED_EMAIL_DOMAINS: "" };
    const context = { admits: ["eve@example.org"], name: "comfyui" };
    expect(whereToAdd(context, loadSettings(patient.env(own)))).toMatch(
      /^Add the address to the allowedEmails of comfyui in main.ts, /,
    );
  });

  test("names the settings only where the service admits just those whom they name", async () => {
    const both = { ACCESS_ALLOWED_EMAILS: "Ada@datacrew.space" };
    const settings = loadSettings(patient.env(both));
    const admits = [...settings.allowedEmailDomains, "ada@datacrew.space"];
    const where = (more: object) =>
      whereToAdd({ admits, name: "comfyui", ...more }, settings);
    expect(where({})).toMatch(/ to ACCESS_ALLOWED_EMAILS, /);
    const own = { admits: [...admits, "eve@example.org"] };
    expect(where(own)).toMatch(/ to the allowedEmails of comfyui in main.ts, /);
    const guest = {
      email: "eve@example.org",
      until: "",
      ends: new Date(),
      said: "",
    };
    expect(where({ ...own, guests: [guest] })).toMatch(
      / ACCESS_ALLOWED_EMAILS, /,
    );
  });

  test.each<[string, object, RegExp, RegExp]>([
    [
      "excludes the person",
      { exclude: [{ email: { email } }] },
      /^the policy "allow" names them, but leaves them out/,
      /^Change denied of comfyui in main.ts/,
    ],
    [
      "asks for more",
      { require: [{ email_domain: { domain: "datacrew.space" } }] },
      /names them, but asks for more than that/,
      /^Change required of comfyui in main.ts/,
    ],
    [
      "does both",
      {
        exclude: [{ email: { email } }],
        require: [{ email_domain: { domain: "datacrew.space" } }],
      },
      /leaves them out \(Exclude\) and asks for more than that \(Require\)$/,
      /^Change denied and required of comfyui in main.ts/,
    ],
    [
      "names the person, and another blocks",
      {},
      /policy "deny" blocks grace@example.org$/,
      /^Change whom that policy blocks, /,
    ],
  ])(
    "says what to change where the policy %s",
    async (_, rules, what, todo) => {
      const people = policyOf("allow");
      Object.assign(people, { include: [{ email: { email } }], ...rules });
      if (Object.keys(rules).length === 0) {
        const { id } = policy("deny", { email: { email } });
        application().policies.unshift({ id, precedence: 0 });
      }
      expect(await answer("denied", {}, { email })).toMatchObject({
        status: "problem",
        what: expect.stringMatching(what) as string,
        todo: expect.stringMatching(todo) as string,
      });
    },
  );

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
    const found = await answer("denied");
    expect(found.what).toContain('"Dock"');
    expect(found.todo).toMatch(
      /^If it is not intended, delete "Dock": the service's own application then/,
    );
  });

  test("has another application kept where nothing else protects the host", async () => {
    const { id } = application();
    const theirs = { ...structuredClone(application()), id: "theirs" };
    theirs.domain = "*.datacrew.space";
    theirs.destinations = [{ type: "public", uri: theirs.domain }];
    patient.account.applications.delete(id);
    patient.account.applications.set(theirs.id, theirs);
    const found = await answer("denied");
    expect(found.todo).toMatch(
      /^Keep it, or the host is public: deploy the service's own first/,
    );
    expect(found.todo).not.toMatch(/remove|delete/i);
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
    const findings = await patient.diagnose(symptom, pair());
    expect(findings.at(-1)).toMatchObject({
      id: "caller",
      status: "problem",
      what: expect.stringContaining("What is left is the caller"),
      page: "docs/clients.md",
    });
    expect(findings).toContainEqual(
      expect.objectContaining({
        id: "token-works",
        status: "ok",
        what: "the pair from here works (200)",
      }),
    );
  });

  test("takes the token of the deployed stack where none is set here", async () => {
    patient.deployed("comfyui", { [APPLICATION]: application().id }, outputs());
    const findings = await patient.diagnose(symptom);
    expect(findings.at(-1)?.id).toBe("caller");
    expect(findings.find(({ id }) => id === "token-known")).toMatchObject({
      status: "ok",
      what: expect.stringContaining("taken from the stack's state"),
    });
  });

  test("says how to get the token where there is none", async () => {
    const findings = await patient.diagnose(symptom);
    expect(findings.find(({ id }) => id === "token-known")).toMatchObject({
      status: "not checked",
      what: expect.stringContaining("npm run secrets -- comfyui --to env"),
    });
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
    expect(found.what).toContain("the secret is a different one");
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

/** Has the tunnel lead to a service of this test's own. */
async function originIs(
  status: number,
  headers: Record<string, string> = {},
  body = "",
): Promise<() => Promise<void>> {
  const origin = await serve({
    async handle(request, response) {
      request.resume();
      response.writeHead(status, headers).end(body);
    },
  });
  patient.cloudflare.network.add("caddy:80", origin.port);
  return () => origin.close();
}

const TEXT = { "content-type": "text/plain" };

describe("403", () => {
  test("never names the secret where Access admitted the token", async () => {
    const close = await originIs(403, TEXT, "not from there");
    const found = await answer("403", pair());
    await close();
    expect(found).toMatchObject({
      id: "who-answers",
      status: "problem",
      page: "the service's own log and settings",
    });
    expect(found.what).toContain("Access admits the token");
    expect(found.why).not.toContain("halves");
    expect(found.todo).not.toContain("Store the pair");
  });

  test("names a Host that is not the page's", async () => {
    const origin = await serve({
      async handle(request, response) {
        request.resume();
        const { host, origin = `https://${host}` } = request.headers;
        sendText(response, new URL(origin).host === host ? 200 : 403, "no");
      },
    });
    patient.cloudflare.network.add("caddy:80", origin.port);
    const rule = tunnel().configuration.config!.ingress!.find(
      ({ hostname }) => hostname === HOST,
    )!;
    rule.originRequest = {
      ...rule.originRequest,
      httpHostHeader: "localhost:8188",
    };
    const found = await answer("403", pair());
    await origin.close();
    expect(found).toMatchObject({ id: "own-page", status: "problem" });
    expect(found.what).toContain("by httpHostHeader");
  });

  test.each<[string, (aud: string) => object, RegExp]>([
    [
      "a foreign audTag",
      () => ({ teamName: "datacrew", audTag: ["f".repeat(64)] }),
      /answered 403: the tunnel's rule does not trust .*audTag has ffffffffffff…, and the application that decides has/,
    ],
    [
      "an empty audTag",
      () => ({ teamName: "datacrew", audTag: [] }),
      /answered 403: the tunnel's rule does not trust .*audTag is empty/,
    ],
    [
      "a wrong team",
      (aud) => ({ teamName: "elsewhere", audTag: [aud] }),
      /answered 502: the tunnel's rule does not trust .*teamName is "elsewhere", and the team is "datacrew"/,
    ],
  ])(
    "names the connector where its rule has %s, though Access admits the token",
    async (_, access, what) => {
      const rule = tunnel().configuration.config!.ingress!.find(
        ({ hostname }) => hostname === HOST,
      )!;
      const { aud } = application();
      rule.originRequest = {
        ...rule.originRequest,
        access: { required: true, ...access(aud) },
      };
      const found = await answer("403", pair());
      expect(found).toMatchObject({ id: "who-answers", status: "problem" });
      expect(found.what).toMatch(/^Access admits the token; /);
      expect(found.what).toMatch(what);
      expect(found.why).toMatch(/^cloudflared answers itself/);
      // No state of this patient knows a deploy.
      expect(found.todo).toMatch(/npm run adopt -- comfyui/);
      expect(found.todo).not.toMatch(/secret|rotate/);

      const untried = await answer("403");
      expect(untried).toMatchObject({
        ...{ id: "who-answers", status: "problem", todo: found.todo },
        what: found.what.replace(
          /.*(?=the tunnel's rule)/,
          "whoever Access admits is refused: ",
        ),
      });
    },
  );

  test("names the page that is refused alone, by who refuses it", async () => {
    const origin = await serve({
      async handle(request, response) {
        request.resume();
        if (request.url === "/") sendText(response, 403, "not from there");
        else sendText(response, 200, "{}");
      },
    });
    patient.cloudflare.network.add("caddy:80", origin.port);
    const found = await answer("403", pair());
    await origin.close();
    expect(found).toMatchObject({
      id: "first-page",
      status: "problem",
      what: expect.stringContaining("403 however one comes"),
      page: "the service's own log and settings",
    });
    expect(found.why).not.toContain("ComfyUI since 0.19");
  });
});

describe("a path of an open path", () => {
  const env = {
    CDKTF_APP: `${process.execPath} --require ./typescript.js ${resolve(__dirname, "../stacks/app.ts")}`,
    STACKS_UNDER_TEST: JSON.stringify({
      services: {
        comfyui: {
          service: "comfyui",
          hostname: HOST,
          openPaths: ["/webhook"],
          tokens: [{ name: "comfyui-api" }, { name: "ci", paths: ["/queue"] }],
        },
      },
    } satisfies Config),
  };

  test.each(["403", "login-redirect", "404"] as const)(
    "%s names the spelling that it does not let through, and one that it does",
    async (symptom) => {
      const found = await answer(symptom, env, { path: "/webhook/a;b" });
      expect(found).toMatchObject({
        id: "open-path",
        status: "problem",
        page: "docs/open-paths.md",
        what: expect.stringMatching(/open path \/webhook .*: it has ; after/),
        todo: expect.stringContaining("Write it as /webhook/a-b"),
      });
    },
  );

  test("of a token is named as that", async () => {
    const found = await answer("403", env, { path: "/queue/..%2Frest" });
    expect(found.what).toContain("the path of a token /queue does not let");
  });

  test("asks for no token, and names who refuses it", async () => {
    const findings = await patient.diagnose("403", env, {
      path: "/webhook/order.created",
    });
    expect(findings[0]).toMatchObject({ id: "open-path", status: "ok" });
    expect(findings.map(({ id }) => id)).not.toContain("token-known");
  });
});

describe("404", () => {
  test("names the service, which has no such path", async () => {
    const close = await originIs(404, TEXT, "Not Found");
    const found = await answer("404", pair(), { path: "/nothing" });
    await close();
    expect(found.what).toBe("answered 404: the service has no such path");
    expect(found.about).toBe(`https://${HOST}/nothing`);
    expect(found.page).toBe("the service's own log and settings");
  });

  test("names the workflow that n8n has not activated", async () => {
    const message = 'The requested webhook "GET gone" is not registered.';
    const body = JSON.stringify({ code: 404, message, hint: "Activate it" });
    const json = { "content-type": "application/json" };
    const close = await originIs(404, json, body);
    const found = await answer("404", pair(), { path: "/webhook/gone" });
    await close();
    expect(found.what).toContain(message);
    expect(found.todo).toContain("activate (publish) the workflow");
  });

  test("names the rule that is gone", async () => {
    const rules = tunnel().configuration.config!.ingress!;
    rules.splice(0, rules.length - 1);
    expect((await answer("404", pair())).id).toBe("rule-leads-to-service");
  });

  test("asks the service here where there is no token", async () => {
    const origin = await serve({
      async handle(request, response) {
        request.resume();
        sendText(response, 404, "Not Found");
      },
    });
    const found = await answer("404", {}, { localPort: origin.port });
    await origin.close();
    expect(found.what).toContain("the service itself answers 404 here");
  });
});

describe("redirects", () => {
  test("names a redirect to the very address that was asked", async () => {
    const location = `https://${HOST}/`;
    const close = await originIs(308, { location });
    const found = await answer("redirects", pair());
    await close();
    expect(found.what).toContain("Caddy redirects to https");
    expect(found.todo).toContain(`http://${HOST} { … }`);
  });

  test("names a cookie that does not come back from the login", async () => {
    application().same_site_cookie_attribute = "strict";
    for (const symptom of ["redirects", "blank-page"] as const)
      expect(await answer(symptom, pair())).toMatchObject({
        id: "session-cookie",
        status: "problem",
        todo: expect.stringContaining('sameSiteCookieAttribute: "lax"'),
      });
  });

  test("names the service's own login", async () => {
    const location = "http://localhost:1111/login";
    const close = await originIs(302, { location });
    const found = await answer("redirects", pair());
    await close();
    expect(found.what).toContain("a login of its own");
  });
});

describe("blank-page", () => {
  test("names a Caddy that has no site for the host", async () => {
    const close = await originIs(200);
    const found = await answer("blank-page", pair());
    await close();
    expect(found.what).toContain("an empty 200, as from Caddy");
  });

  test("names a service that refuses the way back from the login", async () => {
    const origin = await serve(comfyui());
    patient.cloudflare.network.add("caddy:80", origin.port);
    const found = await answer("blank-page", pair());
    await origin.close();
    expect(found.what).toContain("403 on the way back from the login, 200");
    expect(found.todo).toContain("npm run caddyfile");
  });

  test("says so where the page comes", async () => {
    expect(await answer("blank-page", pair())).toMatchObject({
      status: "not checked",
      what: expect.stringContaining("the page itself comes (200)"),
    });
  });
});

describe("limits", () => {
  test("413 tells whose answer is whose", async () => {
    const found = await answer("413");
    expect(found.what).toContain("100 MB");
    expect(found.what).toContain('the edge\'s answer ends with "cloudflare"');
    expect(found.todo).toContain("Of this service: large videos and images");
  });

  test("524 is seen where the service does not begin to answer", async () => {
    patient.account.switches.longestWait = 50;
    const origin = await serve({
      handle: async (request) => void request.resume(),
    });
    patient.cloudflare.network.add("caddy:80", origin.port);
    const found = await answer("524", pair());
    await origin.close();
    expect(found.what).toContain("the service began no answer");
  });

  test("524 says what to do where it passed", async () => {
    const [first] = await patient.diagnose("524", pair());
    expect(first?.what).toMatch(
      / just now: give the path where it is seen with/,
    );
    const path = "/system_stats";
    const [there] = await patient.diagnose("524", pair(), { path });
    expect(there?.what).toMatch(
      / 200 just now: it is seen at other times only,/,
    );
    const found = await answer("524", pair());
    expect(found.id).toBe("first-byte");
    expect(found.todo).toContain("Of this service: its API is not affected");
  });
});

test("session-ended says what an open page's scripts get, and for how long a login is good", async () => {
  application().session_duration = "6h";
  const found = await answer("session-ended");
  expect(found.what).toMatch(/after 6h.* get 302 .*CORS error, or 401/);
});
