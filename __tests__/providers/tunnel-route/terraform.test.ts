import { atLength } from "../../at-length";
import type { IngressRule } from "../../../local/account-objects";
import { openCloud, type Cloud } from "./cloud";
import { Workspace } from "./workspace";

const HOST = "comfyui.datacrew.space";
const AUD = "a".repeat(64);
const ROUTE = {
  hostname: HOST,
  origin_request: {
    http_host_header: HOST,
    connect_timeout: 10,
    access: { required: true, team_name: "datacrew", aud_tag: [AUD] },
  },
};

let cloud: Cloud;
let workspace: Workspace;
let before: string;

async function open(): Promise<void> {
  cloud = await openCloud();
  before = config();
  workspace = await Workspace.open(cloud);
}

async function close(): Promise<void> {
  workspace.remove();
  await cloud.close();
}

const config = () => JSON.stringify(cloud.tunnel.configuration.config);

/** The position of a host's first rule. */
const at = (hostname: string) =>
  cloud.rules().findIndex((rule) => rule.hostname === hostname);
const ruleOf = (hostname: string) => cloud.rules()[at(hostname)];

type Change = (rule: IngressRule, ingress: IngressRule[]) => void;

function edit(change: Change, hostname = HOST): void {
  cloud.write(({ ingress }) => change(ingress![at(hostname)]!, ingress!));
}

describe("a route's life in a hand-made tunnel, in the order of these tests", () => {
  beforeAll(open);
  afterAll(close);

  test("the plan shows what stands there now and what a destroy will do", async () => {
    workspace.write({ it: ROUTE });

    const { code, text } = await workspace.plan();

    expect(code).toBe(2);
    expect(text).toContain(
      `The rule from before the first deploy: ${HOST} → http://caddy:80`,
    );
    expect(text).toMatch(/A destroy restores it.*the host is public/);
    expect(text).toContain("+ replaced_rule = jsonencode(");
    expect(config()).toBe(before);
  });

  test("apply takes the rule's place with three calls, and the next plan is empty", async () => {
    const calls = cloud.api.calls.length;

    const { text } = await workspace.apply();

    expect(text).toContain("1 added");
    expect(text.match(/from before the first deploy/g)).toHaveLength(1);
    const made = cloud.api.calls.slice(calls).map((call) => call.method);
    expect(made.slice(-3)).toEqual(["GET", "PUT", "GET"]);
    expect(cloud.rules()[2]).toEqual({
      hostname: HOST,
      service: "http://caddy:80",
      originRequest: {
        httpHostHeader: HOST,
        connectTimeout: 10,
        access: { required: true, teamName: "datacrew", audTag: [AUD] },
      },
    });
    expect((await workspace.plan()).code).toBe(0);
  });

  type Drift = [string, Change, RegExp];
  const DRIFT = "drift of %s is shown and repaired";
  async function isRepaired(
    _: string,
    change: Change,
    shown: RegExp,
  ): Promise<void> {
    const rule = ruleOf(HOST);
    edit(change);

    const plan = await workspace.plan();

    expect(plan.code).toBe(2);
    expect(plan.text).toMatch(shown);
    expect(plan.text).toContain("1 to change");
    await workspace.apply();
    expect(ruleOf(HOST)).toEqual(rule);
    expect((await workspace.plan()).code).toBe(0);
  }
  atLength.each<Drift>([
    [
      "service",
      (rule) => (rule.service = "http://else:1"),
      /~ service = "http:\/\/else:1" -> "http:\/\/caddy:80"/,
    ],
    [
      "originRequest.connectTimeout",
      (rule) => (rule.originRequest!["connectTimeout"] = 99),
      /~ connect_timeout = 99 -> 10/,
    ],
    [
      "originRequest.noTLSVerify",
      (rule) => (rule.originRequest!["noTLSVerify"] = true),
      /- no_tls_verify = true -> null/,
    ],
    [
      "originRequest.ipRules",
      (rule) =>
        (rule.originRequest!["ipRules"] = [
          { prefix: "192.0.2.0/24", ports: [80], allow: true },
        ]),
      /- ip_rules = \[/,
    ],
  ])(DRIFT, isRepaired);
  test.each<Drift>([
    [
      "originRequest.access",
      (rule) => delete rule.originRequest!["access"],
      /\+ access = \{ .*\+ required = true/,
    ],
    [
      "a key that no schema knows",
      (rule) => (rule.originRequest!["someday"] = true),
      /- drift = "it has settings that this resource does not set: .*someday.* -> null/,
    ],
    [
      "its place",
      (_rule, ingress) =>
        ingress.unshift({ hostname: "*.space", service: "http://wide" }),
      /- drift = "no request reaches it: rule 1, \*\.space → http:\/\/wide, comes first" -> null/,
    ],
  ])(DRIFT, isRepaired);

  test("a shadowed route has moved before the rule that shadowed it", () => {
    expect(at(HOST)).toBeLessThan(at("*.space"));
    cloud.write(({ ingress }) => {
      const [wide] = ingress!.splice(at("*.space"), 1);
      expect(wide).toEqual({ hostname: "*.space", service: "http://wide" });
      ingress!.splice(2, 0, ...ingress!.splice(at(HOST), 1));
    });
  });

  test("null, {} and nothing in a rule mean the same", async () => {
    edit((rule) => Object.assign(rule, { path: null }));
    edit((rule) => (rule.originRequest = {}), "n8n.datacrew.space");
    expect((await workspace.plan()).code).toBe(0);
  });

  test("an update changes this rule alone", async () => {
    workspace.write({ it: { ...ROUTE, service: "http://caddy:81" } });
    const others = cloud.rules().filter((rule) => rule.hostname !== HOST);

    expect((await workspace.apply()).text).toContain("1 changed");

    expect(ruleOf(HOST)).toMatchObject({ service: "http://caddy:81" });
    expect(cloud.rules().filter((rule) => rule.hostname !== HOST)).toEqual(
      others,
    );
  });

  test("another hostname is another rule, and the first comes back", async () => {
    workspace.write({ it: { ...ROUTE, hostname: "new.datacrew.space" } });

    const plan = await workspace.plan();
    expect(plan.text).toMatch(/hostname = .* # forces replacement/);
    expect((await workspace.apply()).text).toContain("1 added");

    expect(config()).not.toBe(before);
    expect(at("new.datacrew.space")).toBeLessThan(at("*.datacrew.space"));
    expect(ruleOf(HOST)?.originRequest).toEqual({ httpHostHeader: HOST });
    workspace.write({ it: ROUTE });
    await workspace.apply();
    expect(at("new.datacrew.space")).toBe(-1);
  });

  test("a new name in the code keeps the rule and what it remembers", async () => {
    workspace.write({ renamed: ROUTE });

    const { text } = await workspace.apply();

    expect(text).toContain("1 added, 0 changed, 1 destroyed");
    expect(ruleOf(HOST)?.originRequest).toHaveProperty("access");
    expect((await workspace.plan()).code).toBe(0);
  });

  test("the plan of a destroy says what it puts back", async () => {
    const { text } = await workspace.plan("-destroy");
    expect(text).toContain(`The destroy restores: ${HOST} → http://caddy:80`);
  });

  test("removing the route from the code puts back what stood there, at its place", async () => {
    workspace.write({});
    expect((await workspace.apply()).text).toContain("1 destroyed");
    const rules = (text: string) =>
      (JSON.parse(text) as { ingress: object[] }).ingress;
    expect(rules(config())).toEqual(rules(before));
  });
});

describe("in a tunnel of its own", () => {
  beforeEach(open);
  afterEach(close);

  test('on_destroy = "remove" leaves no rule', async () => {
    workspace.write({ it: { ...ROUTE, on_destroy: "remove" } });
    const { text } = await workspace.apply();
    expect(text).toContain("A destroy will leave no rule for the host");
    await workspace.destroy();
    expect(at(HOST)).toBe(-1);
    expect(cloud.rules()).toHaveLength(7);
  });

  test("an import remembers the rule as it stands", async () => {
    workspace.write({ it: { ...ROUTE, service: "http://ours" } });
    const id = [cloud.account.id, cloud.tunnelId, HOST].join("/");
    expect((await workspace.run("import", "tunnel_route.it", id)).code).toBe(0);
    expect((await workspace.plan()).text).toMatch(
      /~ service = "http:\/\/caddy:80" -> "http:\/\/ours"/,
    );
    await workspace.apply();
    expect(ruleOf(HOST)?.service).toBe("http://ours");
    await workspace.destroy();
    expect(config()).toBe(before);
  });

  atLength("a path rule is imported by its path, slashes and all", async () => {
    const hostname = "n8n.datacrew.space";
    workspace.write({
      it: { hostname, path: "^/webhook", service: "http://n8n:5678" },
    });
    const id = [cloud.account.id, cloud.tunnelId, hostname, "^/webhook"];
    const done = await workspace.run("import", "tunnel_route.it", id.join("/"));
    expect(done.code).toBe(0);
    expect((await workspace.plan()).code).toBe(0);
  });

  atLength("fails to import what is not there, and lists what is", async () => {
    workspace.write({ it: ROUTE });
    const id = [cloud.account.id, cloud.tunnelId, "no.datacrew.space"];
    const { code, text } = await workspace.run(
      "import",
      "tunnel_route.it",
      id.join("/"),
    );
    expect(code).toBe(1);
    expect(text).toMatch(
      /no rule for no\.datacrew\.space.*files\.datacrew\.space → http:\/\/nextcloud:80/,
    );
  });

  test("apply stops unwritten where the rule has changed since its plan", async () => {
    workspace.write({ it: ROUTE });
    let reads = 0;
    cloud.api.onCall({
      after(call) {
        if (call.method !== "GET" || !call.path.endsWith("configurations"))
          return;
        reads += 1;
        if (reads === 1) edit((rule) => (rule.service = "http://moved:1"));
      },
    });

    const { code, text } = await workspace.apply();

    expect(code).toBe(1);
    expect(text).toMatch(
      /The tunnel has changed since the plan; nothing was written.*Planned against: .*caddy:80.*Found: .*moved:1/,
    );
    expect(text).not.toContain("bug in the provider");
    expect(ruleOf(HOST)?.service).toBe("http://moved:1");
    expect((await workspace.apply()).code).toBe(0);
    await workspace.destroy();
    expect(ruleOf(HOST)?.service).toBe("http://moved:1");
  });

  atLength("so does the apply of a saved plan", async () => {
    workspace.write({ it: ROUTE });
    await workspace.plan("-out=saved");
    edit((rule) => (rule.service = "http://moved:1"));
    expect((await workspace.run("apply", "saved")).code).toBe(1);
    expect(ruleOf(HOST)?.service).toBe("http://moved:1");
    expect(cloud.api.calls.filter((c) => c.method === "PUT")).toEqual([]);
  });

  test("a destroy says what was changed or taken away meanwhile", async () => {
    workspace.write({ it: ROUTE });
    await workspace.apply();
    const destroy = async (change: () => void) => {
      let reads = 0;
      const stop = cloud.api.onCall({
        before(call) {
          if (!call.path.endsWith("configurations")) return;
          reads += 1;
          if (reads === 2) change();
        },
      });
      const outcome = await workspace.destroy();
      stop();
      return outcome;
    };
    const changed = await destroy(() =>
      edit((rule) => (rule.service = "http://hand:1")),
    );
    expect(changed.text).toMatch(/was changed by someone else.*hand:1/);
    // What they changed stays, in the rule from before.
    expect(ruleOf(HOST)?.service).toBe("http://hand:1");
    edit((rule) => (rule.service = "http://caddy:80"));
    expect(config()).toBe(before);

    await workspace.apply();
    const gone = await destroy(() =>
      cloud.write(({ ingress }) => ingress!.splice(at(HOST), 1)),
    );
    expect(gone.text).toMatch(
      /is already gone; nothing was written, .* was not put back: .*caddy/,
    );
    expect(at(HOST)).toBe(-1);
  });

  const START = "starts a configuration where there is %j %j, and leaves none";
  async function leavesNone(
    start: { readonly config: unknown },
    switches: object,
  ): Promise<void> {
    Object.assign(cloud.account.switches, switches);
    Object.assign(cloud.tunnel.configuration, start);
    await makeTwoAndDestroy();
    expect(cloud.tunnel.configuration.config).toEqual(start.config);
  }
  test.each([[{ version: 0, config: null }, {}]])(START, leavesNone);
  atLength.each([
    [{ version: 0, config: null }, { unconfiguredTunnel: "not-found" }],
    [{ version: 3, config: { "warp-routing": { enabled: true } } }, {}],
  ])(START, leavesNone);

  test("says so where Cloudflare does not take back a configuration", async () => {
    cloud.account.switches.noConfiguration = "refuse";
    Object.assign(cloud.tunnel.configuration, { version: 0, config: null });
    const { code, text } = await makeTwoAndDestroy();
    expect(code).toBe(0);
    expect(text).toContain("the catch-all http_status:404 stays");
    expect(cloud.rules()).toEqual([{ service: "http_status:404" }]);
  });

  async function makeTwoAndDestroy() {
    const other = { ...ROUTE, hostname: "b.datacrew.space" };
    workspace.write({ a: ROUTE, b: other });
    await workspace.apply();
    expect(cloud.rules()).toHaveLength(3);
    expect(cloud.rules()[2]).toEqual({ service: "http_status:404" });
    return workspace.destroy();
  }
});
