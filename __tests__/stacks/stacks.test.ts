import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AccessRule } from "../../constructs/access-rule";
import { policy } from "../../contract/promises";
import { openPathPattern } from "../../ingress/open-path";
import { comfyui } from "../../services/comfyui";
import { n8n } from "../../services/n8n";
import { UsageError } from "../../base/usage-error";
import { AccessStacks } from "../../stacks/app";
import { IdentityStack } from "../../stacks/identity-stack";
import {
  ServiceStack,
  type ServiceStackProps,
} from "../../stacks/service-stack";

const dir = mkdtempSync(join(tmpdir(), "stacks-"));
const previous = process.env.CDKTF_OUTDIR;
beforeAll(() => (process.env.CDKTF_OUTDIR = join(dir, "out")));
afterAll(() => {
  if (previous === undefined) delete process.env.CDKTF_OUTDIR;
  else process.env.CDKTF_OUTDIR = previous;
  rmSync(dir, { recursive: true });
});

const PROPS: ServiceStackProps = {
  accountId: "0123456789abcdef0123456789abcdef",
  stateDir: join(dir, "state"),
  zone: "example.com",
  tunnel: "home",
  loginMethod: "Google",
  service: comfyui,
  hostname: "comfyui.example.com",
  serviceUrl: "http://caddy:80",
  allowedEmails: ["ann@example.com"],
};

type Block = Record<string, Record<string, unknown>>;
interface Stack {
  resource: Record<string, Block>;
  moved?: readonly object[];
  terraform: { backend: unknown; required_providers: object };
  output: Block;
}

/** Synthesizes an app with these services, by their stacks' names. */
function synth(
  services: Record<string, Partial<ServiceStackProps>>,
): Record<string, Stack> {
  const app = new AccessStacks();
  const identity = new IdentityStack(app, "identity", {
    ...PROPS,
    loginMethod: { name: "Google", googleClientId: "1.apps.example" },
  });
  for (const [id, props] of Object.entries(services))
    new ServiceStack(app, id, { ...PROPS, identity, ...props });
  app.synth();
  return Object.fromEntries(
    ["identity", ...Object.keys(services)].map((id) => [
      id,
      JSON.parse(
        readFileSync(join(dir, "out/stacks", id, "cdk.tf.json"), "utf8"),
      ),
    ]),
  );
}

function faults(services: Record<string, Partial<ServiceStackProps>>): string {
  try {
    synth(services);
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  return "";
}

test("takes the guide's names where nothing else is chosen", () => {
  const { comfyui: stack } = synth({ comfyui: {} });
  expect(stack?.resource).toMatchObject({
    cloudflare_zero_trust_access_application: {
      comfyui_example_com: {
        name: "ComfyUI",
        domain: "comfyui.example.com",
        session_duration: "24h",
      },
    },
    cloudflare_zero_trust_access_service_token: {
      "comfyui-api": { name: "comfyui-api", duration: "8760h" },
    },
    tunnel_route: {
      comfyui_example_com_route: {
        service: "http://caddy:80",
      },
    },
    tunnel_dns_record: {
      comfyui_example_com_record: { name: "comfyui.example.com" },
    },
  });
});

test("names of the account are no templates of Terraform", () => {
  const { comfyui: stack } = synth({
    comfyui: {
      allowedGroups: ["${a.b}"],
      promises: [policy("%{ if").reaches("/*")],
    },
  });
  expect(stack?.output).toMatchObject({
    service: { value: { allowed_groups: ["$${a.b}"] } },
    promises: { value: [{ who: { name: "%%{ if" }, paths: ["/*"] }] },
  });
});

test("a session is its policies', and no setting of an application that was there", () => {
  const existing = {
    existingApplication: "b11d0000-0000-4000-8000-000000000001",
    sessionDuration: "1h",
  };
  const { both, policies } = synth({
    policies: { ...existing, hostname: "a.example.com" },
    both: {
      ...{ ...existing, hostname: "b.example.com" },
      application: { sessionDuration: "6h" },
    },
  });
  const ofApplication = (stack: typeof both) =>
    Object.values(
      stack?.resource.tunnel_existing_application as Record<
        string,
        { readonly settings: string }
      >,
    ).map(({ settings }): unknown => JSON.parse(settings));
  expect(ofApplication(policies)).toEqual([{}]);
  expect(ofApplication(both)).toEqual([{ session_duration: "6h" }]);
  for (const stack of [policies, both])
    expect(
      Object.values(
        stack?.resource.cloudflare_zero_trust_access_policy as object,
      ),
    ).toEqual([
      expect.objectContaining({ session_duration: "1h" }),
      expect.objectContaining({ session_duration: "1h" }),
    ]);
});

const HOOK_APP = "b11d0000-0000-4000-8000-000000000008";
const QUEUE_APP = "b11d0000-0000-4000-8000-000000000009";

test("takes over applications of paths, and opens such a path before the host's rule demands a JWT", () => {
  const { comfyui: stack } = synth({
    comfyui: {
      openPaths: ["/hook", "/own"],
      sessionDuration: "1h",
      tokens: [{ name: "bot", paths: ["/queue"] }],
      existingPathApplications: { "/hook": HOOK_APP, "/queue": QUEUE_APP },
    },
  });
  const places = (type: string, place: string) =>
    Object.values(stack?.resource[type] ?? {}).map((one) => one[place]);
  expect(places("tunnel_existing_application", "hostname").sort()).toEqual([
    "comfyui.example.com/hook",
    "comfyui.example.com/queue",
  ]);
  // Whatever the code does not state of them stays, their session and name too.
  for (const { settings } of Object.values(
    stack?.resource.tunnel_existing_application ?? {},
  ))
    expect(settings).toBe("{}");
  expect(
    places("cloudflare_zero_trust_access_application", "domain").sort(),
  ).toEqual(["comfyui.example.com", "comfyui.example.com/own"]);
  const routes = stack?.resource.tunnel_route ?? {};
  const route = Object.entries(routes).find(([, { path }]) => !path)!;
  const of = (path: string) =>
    Object.entries(routes).find(([, one]) =>
      String(one.path).startsWith(`^${path}`),
    )!;
  expect(route[1]).toMatchObject({
    existing_application: true,
    existing_applications: { "comfyui.example.com/hook": HOOK_APP },
  });
  expect(route[1].depends_on).toContain(`tunnel_route.${of("/hook")[0]}`);
  expect(of("/hook")[1].depends_on).toHaveLength(4);
  expect(of("/own")[1].depends_on).toContain(`tunnel_route.${route[0]}`);
  expect(of("/queue")[1]).toMatchObject({
    existing_applications: { "comfyui.example.com/queue": QUEUE_APP },
  });
});

test("lets a token that worked by hand go on at a path that it opens: the path's rule, then its application, then the host's rule", () => {
  const { comfyui: stack } = synth({
    comfyui: { openPaths: ["/hook"], existingApplication: HOOK_APP },
  });
  const app = stack?.resource.cloudflare_zero_trust_access_application;
  const open = "tunnel_route.comfyui_example_com__hook_open_route";
  expect(app?.comfyui_example_com__hook?.depends_on).toEqual([open]);
  expect(stack?.moved).toContainEqual({
    from: "tunnel_route.comfyui_example_com__hook_route",
    to: open,
  });
  const routes = stack?.resource.tunnel_route;
  expect(routes?.comfyui_example_com_route?.depends_on).toContain(open);
  expect(routes?.comfyui_example_com__hook_open_route?.depends_on).toEqual([
    "tunnel_existing_application.comfyui_example_com",
  ]);
});

test("has no provider for Google where it keeps no token there", () => {
  const { comfyui: stack } = synth({
    comfyui: {
      tokenStore: { googleProject: "home-lab-4711" },
      tokens: [{ name: "api", store: "env" }],
    },
  });
  expect(stack?.terraform.required_providers).not.toHaveProperty("google");
});

test("keeps tokens in Google by the names of their variables, but those kept elsewhere", () => {
  const { comfyui: stack } = synth({
    comfyui: {
      tokenStore: { googleProject: "home-lab-4711" },
      tokens: [{ name: "api" }, { name: "ci" }, { name: "bot", store: "env" }],
    },
  });
  const secrets = Object.values(
    stack?.resource.google_secret_manager_secret ?? {},
  );
  expect(secrets.map(({ secret_id: id }) => id).sort()).toEqual([
    "COMFYUI_ACCESS_CLIENT_ID",
    "COMFYUI_ACCESS_CLIENT_SECRET",
    "COMFYUI_CI_ACCESS_CLIENT_ID",
    "COMFYUI_CI_ACCESS_CLIENT_SECRET",
  ]);
});

test("fails for a token to be kept in Google without a project", () => {
  expect(
    faults({ comfyui: { tokens: [{ name: "api", store: "google" }] } }),
  ).toContain("set ACCESS_GOOGLE_PROJECT, or its tokenStore in main.ts");
});

test("publishes the DNS record last, behind the route", () => {
  const { comfyui: stack } = synth({ comfyui: { openPaths: ["/webhook"] } });
  const record = stack?.resource.tunnel_dns_record?.comfyui_example_com_record;
  expect(record?.depends_on).toEqual([
    "tunnel_route.comfyui_example_com_route",
    "tunnel_route.comfyui_example_com__webhook_route",
  ]);
});

test.each(["create", "existing", undefined] as const)(
  "says of the DNS record whether it has to be there: %s",
  (dnsRecord) => {
    const { comfyui: stack } = synth({ comfyui: { dnsRecord } });
    const record = stack?.resource.tunnel_dns_record;
    expect(record?.comfyui_example_com_record?.ownership).toBe(dnsRecord);
  },
);

test("goes on with the DNS record of a state from before", () => {
  const { comfyui: stack } = synth({ comfyui: {} });
  expect(stack?.moved).toEqual([
    {
      from: "cloudflare_dns_record.comfyui_example_com_record",
      to: "tunnel_dns_record.comfyui_example_com_record",
    },
  ]);
});

test("opens a path narrowly, and keeps the JWT check on the rest of the host", () => {
  const { comfyui: stack } = synth({ comfyui: { openPaths: ["/webhook"] } });
  const routes = stack?.resource.tunnel_route;
  const open = routes?.comfyui_example_com__webhook_route;
  expect(open).toMatchObject({ path: openPathPattern("/webhook") });
  expect(open?.origin_request).not.toHaveProperty("access");
  expect(routes?.comfyui_example_com_route).toMatchObject({
    origin_request: {
      access: {
        required: true,
        aud_tag: [
          "${cloudflare_zero_trust_access_application.comfyui_example_com.aud}",
          "${cloudflare_zero_trust_access_application.comfyui_example_com__webhook.aud}",
        ],
      },
    },
  });
});

test("takes existing rules over with the JWT check, after the open paths have theirs", () => {
  const { comfyui: stack } = synth({
    comfyui: { openPaths: ["/webhook"], existingRules: ["^/webhook"] },
  });
  const routes = stack?.resource.tunnel_route ?? {};
  const taken = Object.entries(routes).find(
    ([, { path }]) => path === "^/webhook",
  );
  expect(taken?.[1]).toMatchObject({
    origin_request: { access: { required: true } },
    depends_on: [
      "tunnel_route.comfyui_example_com_route",
      "tunnel_route.comfyui_example_com__webhook_route",
    ],
  });
  const record = stack?.resource.tunnel_dns_record?.comfyui_example_com_record;
  expect(record?.depends_on).toContain(`tunnel_route.${taken?.[0]}`);
});

test("opens what is chosen of n8n, and says what n8n has to be told", () => {
  const { n8n: stack } = synth({
    n8n: {
      service: n8n,
      hostname: "n8n.example.com",
      openPaths: [...n8n.webhooks, ...n8n.forms, ...n8n.waiting],
    },
  });
  const routes = Object.values(stack?.resource.tunnel_route ?? {});
  const paths = ["/webhook", "/form", "/webhook-waiting", "/form-waiting"];
  expect(new Set(routes.map(({ path }) => path))).toEqual(
    new Set([undefined, ...paths.map(openPathPattern)]),
  );
  expect(stack?.output.service?.value).toMatchObject({
    environment: {
      WEBHOOK_URL: "https://n8n.example.com/",
      // Caddy and the connector.
      N8N_PROXY_HOPS: "2",
    },
  });
});

test("counts the proxies before n8n by the way that leads there", () => {
  const { n8n: stack } = synth({
    n8n: {
      service: n8n,
      hostname: "n8n.example.com",
      serviceUrl: "http://n8n:5678",
    },
  });
  expect(stack?.output.service?.value).toMatchObject({
    environment: { N8N_PROXY_HOPS: "1" },
  });
});

test("keeps the state in the owner's folder, without this machine's path in the output", () => {
  const { comfyui: stack } = synth({ comfyui: {} });
  expect(JSON.stringify(stack)).not.toContain(dir);
  expect(stack?.terraform.backend).toEqual({
    local: { path: "../../../state/comfyui.tfstate" },
  });
  expect(statSync(PROPS.stateDir).mode & 0o777).toBe(0o700);
  expect(statSync(join(dir, "out")).mode & 0o777).toBe(0o700);
});

test("gives a token the version of a rotation that is not finished", () => {
  const previousExpiresAt = "2027-01-01T00:00:00Z";
  const rotation = {
    version: 2,
    previousExpiresAt,
    unfinished: { replaces: "0123456789ab" },
  };
  const { comfyui: stack } = synth({
    comfyui: { rotations: { comfyui: { "comfyui-api": rotation } } },
  });
  const [token] = Object.values(
    stack?.resource.cloudflare_zero_trust_access_service_token ?? {},
  );
  expect(token).toMatchObject({
    client_secret_version: 2,
    previous_client_secret_expires_at: previousExpiresAt,
  });
});

test("hides the tokens among the outputs", () => {
  const { comfyui: stack } = synth({ comfyui: {} });
  expect(stack?.output.service_tokens).toMatchObject({ sensitive: true });
  expect(JSON.stringify(stack?.output.service)).not.toContain("client_secret");
});

test("gives every token its name and duration", () => {
  const { comfyui: stack } = synth({
    comfyui: { tokens: [{ name: "n8n", duration: "720h" }, { name: "cron" }] },
  });
  expect(
    stack?.resource.cloudflare_zero_trust_access_service_token,
  ).toMatchObject({
    n8n: { name: "n8n", duration: "720h" },
    cron: { name: "cron", duration: "8760h" },
  });
});

test("admits a token of the account by its id, and makes none", () => {
  const id = "a11ce000-0000-4000-8000-000000000006";
  const { comfyui: stack } = synth({
    comfyui: { tokens: [{ existing: id, name: "bot" }] },
  });
  expect(stack?.resource).not.toHaveProperty(
    "cloudflare_zero_trust_access_service_token",
  );
  expect(JSON.stringify(stack?.resource)).toContain(`it.id == \\"${id}\\"`);
});

test.each<[string, Partial<ServiceStackProps>, RegExp]>([
  [
    "a token of the account by its name",
    { tokens: [{ existing: "comfyui-api" }] },
    /existing must be the id of a service token, or its client id.*got "comfyui-api"/,
  ],
  [
    "a token of the account that is to live longer",
    {
      tokens: [
        {
          existing: `${"c0".repeat(16)}.access`,
          name: "bot",
          ...{ duration: "8760h" },
        },
      ],
    },
    /the token "bot" is of the account.*leave out its duration/,
  ],
  [
    "an application of the account by its name",
    { existingApplication: "ComfyUI" },
    /existing must be the id of an application.*got "ComfyUI"/,
  ],
  [
    "an application of a path that is not open, and all else that is wrong with it",
    {
      openPaths: ["/hook", "/other"],
      existingApplication: HOOK_APP,
      existingPathApplications: {
        "/hooks": QUEUE_APP,
        "/hook": "Hook",
        "/other": HOOK_APP,
      },
    },
    /existingPathApplications\["\/hooks"\] is of no path that openPaths[^]*existingPathApplications\["\/hook"\] must be the id[^]*got "Hook"[^]*\["\/other"\] names b11d.* as existingApplication does/,
  ],
  [
    "applications of paths as a list",
    {
      existingPathApplications: [HOOK_APP] as unknown as Record<string, string>,
    },
    /existingPathApplications must be an object such as/,
  ],
  [
    "a host outside the zone",
    { hostname: "a.other.org" },
    /lie in the zone example\.com, got "a\.other\.org"/,
  ],
  [
    "a host of two labels",
    { hostname: "a.b.example.com" },
    /write "a-b\.example\.com"/,
  ],
  ["a wildcard host", { hostname: "*.example.com" }, /must be one host/],
  ["no rule for anybody", { allowedEmails: [] }, /no include rule/],
  [
    "everyone on a whole host",
    { allowed: [AccessRule.everyone()] },
    /let anyone with a login/,
  ],
  ["a session over a month", { sessionDuration: "1000h" }, /got "1000h"/],
  [
    "a token's duration in days",
    { tokens: [{ name: "t", duration: "30d" }] },
    /got "30d"/,
  ],
  [
    "two tokens of one name",
    { tokens: [{ name: "t" }, { name: "t" }] },
    /two tokens are named "t"/,
  ],
  [
    "a token limited to no path",
    { tokens: [{ name: "t", paths: [] }] },
    /the token "t" opens no path/,
  ],
  [
    "a token limited to a path with a wildcard",
    { tokens: [{ name: "t", paths: ["/queue/*"] }] },
    /got "\/queue\/\*"/,
  ],
  [
    "a token limited to what is open",
    { tokens: [{ name: "t", paths: ["/hook/x"] }], openPaths: ["/hook"] },
    /limited to \/hook\/x, which openPaths opens to everyone/,
  ],
  [
    "an open path with a wildcard",
    { openPaths: ["/webhook/*"] },
    /got "\/webhook\/\*"/,
  ],
  [
    "a service URL with a path",
    { serviceUrl: "http://caddy/x" },
    /serviceUrl "http:\/\/caddy\/x" must end after its host/,
  ],
])("fails for %s", (_, props, message) => {
  expect(faults({ comfyui: props })).toMatch(message);
});

test("fails for two services on one host, beside every other fault", () => {
  const said = faults({
    one: { hostname: "a.example.com", allowedEmails: [] },
    two: { hostname: "a.example.com", sessionDuration: "1d" },
  });
  expect(said).toMatch(/one and two both use a\.example\.com/);
  expect(said).toMatch(/^- one\/.*no include rule/m);
  expect(said).toMatch(/^- two: .*got "1d"/m);
});

test("fails for no login method, which Access takes for all of them", () => {
  expect(() => synth({ web: { loginMethod: [] } })).toThrow(
    /loginMethod must name a login method .* got none/,
  );
});

test("fails for a group whose name could be no address in Terraform", () => {
  const app = new AccessStacks();
  new IdentityStack(app, "identity", {
    ...PROPS,
    loginMethod: { name: "Google" },
    groups: { "a/b": { emails: ["ann@example.com"] } },
  });
  expect(() => app.synth()).toThrow(/letters, digits, .* got "a\/b"/);
});

test("warns where the tunnel leads straight to ComfyUI, which refuses the first page after a login, and of a Host that its page does not have", () => {
  const straight = "http://comfyui:8188";
  synth({
    straight: { serviceUrl: straight },
    caddy: { hostname: "caddy.example.com" },
    hosted: {
      hostname: "hosted.example.com",
      origin: { httpHostHeader: "localhost" },
    },
    switched: {
      hostname: "switched.example.com",
      serviceUrl: straight,
      service: { ...comfyui, refusesCrossSite: false },
    },
  });
  const { stacks } = JSON.parse(
    readFileSync(join(dir, "out/manifest.json"), "utf8"),
  ) as { stacks: Record<string, { annotations: { message: string }[] }> };
  const warnings = Object.entries(stacks).flatMap(([name, { annotations }]) =>
    annotations
      .filter(({ message }) => message.includes("403"))
      .map(({ message }) => [name, message]),
  );
  expect(warnings.sort()).toEqual([
    ["hosted", expect.stringMatching(/httpHostHeader "localhost": ComfyUI/)],
    [
      "straight",
      expect.stringMatching(
        /leads straight to http:\/\/comfyui:8188.*npm run caddyfile.*--enable-cors-header https:\/\/comfyui\.example\.com/,
      ),
    ],
  ]);
});
