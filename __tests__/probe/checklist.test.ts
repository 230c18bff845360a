import { createServer } from "node:tls";
import type { AddressInfo } from "node:net";
import { certificateAuthority } from "../../local/edge/certificate-authority";
import { certificateOf } from "../../probe/certificate";
import { NO_ACCOUNT } from "../../probe/check";
import { CHECKLIST } from "../../probe/checklist";
import { CHECKS, probe } from "../../probe/probe";
import type { World } from "../../probe/world";
import { fullWorld } from "./full-world";
import { HOST, Service } from "./world";

const DAY_MS = 24 * 60 * 60 * 1000;
/** Without own-page, which takes a service without Caddy: see its own test. */
const ADDED = CHECKLIST.slice(CHECKS.length)
  .map(({ id }) => id)
  .filter((id) => id !== "own-page");
const ALL_KEPT = Object.fromEntries(CHECKLIST.map(({ id }) => [id, "kept"]));

let service: Service;
const closing: (() => Promise<unknown>)[] = [];
beforeEach(async () => {
  service = await Service.deploy();
  closing.push(() => service.close());
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const run = (world: World = fullWorld(service)) =>
  probe(service.deployed, world, { checks: CHECKLIST });

async function statuses(world?: World): Promise<Record<string, string>> {
  const results = await run(world);
  return Object.fromEntries(
    results.map(({ check, finding }) => [check.id, finding.status]),
  );
}

function record() {
  return [...service.account.dnsRecords.values()].find(
    ({ name }) => name === HOST,
  )!;
}

/** A TLS server that shows the certificate of another host. */
async function impostor(): Promise<World["certificate"]> {
  const authority = await certificateAuthority();
  const context = await authority.contextFor("elsewhere.example");
  const server = createServer({
    SNICallback: (_, done) => done(null, context),
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => new Promise((resolve) => server.close(resolve)));
  const { port } = server.address() as AddressInfo;
  return (hostname) =>
    certificateOf(hostname, {
      ca: authority.certificate,
      locate: async () => ({ address: "127.0.0.1", port }),
    });
}

test("on a healthy account every promise is kept", async () => {
  expect(await statuses()).toEqual(ALL_KEPT);
});

test("with an open path, too", async () => {
  await service.open("/queue");
  expect(await statuses()).toEqual(ALL_KEPT);
});

test("with a token that is limited to a path, too", async () => {
  await service.addToken("ci", "/queue");
  expect(await statuses()).toEqual(ALL_KEPT);
  const found = (await run()).find(
    ({ check }) => check.id === "further-tokens",
  );
  expect(found?.finding).toMatchObject({
    seen: `ci: /queue open, 302 at ${service.deployed.apiPath}`,
  });
});

test("and where the organisation is strict with service tokens", async () => {
  service.account.organization!.strict_service_token_auth = true;
  expect(await statuses()).toEqual(ALL_KEPT);
});

test("and where chosen sites may ask the API", async () => {
  service.app.cors_headers = {
    allowed_origins: ["https://chosen.example"],
    allow_all_methods: true,
  };
  expect(await statuses()).toEqual(ALL_KEPT);
});

test("what can't be asked counts as not checked, with the reason", async () => {
  const results = await run({
    ask: fullWorld(service).ask,
    openSocket: fullWorld(service).openSocket,
  });
  const unchecked = results.filter(
    ({ finding }) => finding.status === "not checked",
  );
  expect(
    Object.fromEntries(
      unchecked.map(({ check, finding }) => [
        check.id,
        finding.status === "not checked" && finding.why,
      ]),
    ),
  ).toEqual({
    "allowed-person": "nobody here can log in",
    "other-person": "nobody here can log in",
    "host-unchanged": "run it on the machine itself, with --local",
    "neighbour-unchanged": "run it on the machine itself, with --local",
    dns: NO_ACCOUNT,
    certificate: "nobody here can look at it",
    "route-checks-token": NO_ACCOUNT,
    "no-side-door": NO_ACCOUNT,
    "not-shadowed": NO_ACCOUNT,
    policies: NO_ACCOUNT,
    "port-closed": "run it on the machine itself, with --local",
  });
});

test("an API token that may not read says so, and nothing is broken", async () => {
  service.account.apiTokens[0]!.permissions.length = 0;
  const found = await statuses();
  expect(Object.values(found)).not.toContain("broken");
  expect(found["policies"]).toBe("not checked");
});

describe("breaks exactly the promise that no longer holds", () => {
  interface Break {
    readonly id: string;
    readonly what: string;
    readonly cause: string;
    breakIt(): Promise<unknown> | unknown;
    /** Whose findings rest on the broken promise, and are not told. */
    readonly untold?: readonly string[];
    change?(world: World): Promise<World> | World;
  }

  const setPeople = (change: object) =>
    service.put(`access/policies/${service.people.id}`, {
      ...service.people,
      ...change,
    });
  const addRule = (hostname: string, originRequest: Record<string, string>) =>
    service.writeRules((rules) => {
      const index = rules.findIndex((rule) => rule.hostname === hostname);
      rules.splice(Math.max(index, 0), index === -1 ? 0 : 1, {
        hostname,
        service: "http://caddy:80",
        originRequest,
      });
    });

  const breaks: readonly Break[] = [
    {
      id: "dns",
      what: "the record is not proxied",
      cause: "requests never pass Access",
      breakIt: () => (record().proxied = false),
      untold: ["login-required", "allowed-person", "first-page", "token-works"],
    },
    {
      id: "dns",
      what: "the record leads to another place",
      cause: "something else than a tunnel of this account",
      breakIt: () =>
        Object.assign(record(), { type: "A", content: "203.0.113.9" }),
      untold: ["login-required", "allowed-person", "first-page", "token-works"],
    },
    {
      id: "dns",
      what: "the record leads to another tunnel",
      cause: "the rule for this host is in another tunnel: datacrew-services",
      breakIt() {
        const [tunnel] = service.account.tunnels.values();
        const other = structuredClone(tunnel!);
        Object.assign(other, { id: service.account.newId(), name: "other" });
        other.configuration.config = {
          ingress: [{ service: "http://caddy:80" }],
        };
        service.account.tunnels.set(other.id, other);
        record().content = `${other.id}.cfargotunnel.com`;
      },
    },
    {
      id: "certificate",
      what: "another server answers for the host",
      cause: "something else than Cloudflare's edge",
      breakIt: () => undefined,
      change: async (world) => ({ ...world, certificate: await impostor() }),
    },
    {
      id: "route-checks-token",
      what: "the rule has no link to Access",
      cause: "requires no JWT",
      breakIt: () => service.demand(),
    },
    {
      id: "route-checks-token",
      what: "a path of the host goes past the check",
      cause: "a part of this host demands no token",
      breakIt: () =>
        service.writeRules((rules) =>
          rules.unshift({
            hostname: HOST,
            path: "^/internal",
            service: "http://caddy:80",
          }),
        ),
    },
    {
      id: "route-checks-token",
      what: "a path of every host goes past the check",
      cause: "a part of this host demands no token",
      breakIt: () =>
        service.writeRules((rules) =>
          rules.unshift({
            hostname: "*.datacrew.space",
            path: "/internal",
            service: "http://caddy:80",
          }),
        ),
    },
    {
      id: "no-side-door",
      what: "a wildcard host leads to the same Caddy, as this host",
      cause: "the rule for *.datacrew.space",
      breakIt: () => addRule("*.datacrew.space", { httpHostHeader: HOST }),
    },
    {
      id: "no-side-door",
      what: "a second hostname sends our Host header",
      cause: "the rule for spare.datacrew.space",
      breakIt: () => addRule("spare.datacrew.space", { httpHostHeader: HOST }),
    },
    {
      id: "no-side-door",
      what: "another host leads straight to the container",
      cause: "the rule for spare.datacrew.space",
      breakIt: () =>
        service.writeRules((rules) =>
          rules.unshift({
            hostname: "spare.datacrew.space",
            service: "http://comfyui:8188",
          }),
        ),
    },
    {
      id: "not-shadowed",
      what: "an application on a longer path has policies of its own",
      cause: "a more specific application",
      async breakIt() {
        const anyone = await service.addPolicy("anyone", "allow", [
          { everyone: {} },
        ]);
        await service.addApp("View", "/view", [anyone]);
      },
    },
    {
      id: "policies",
      what: "the policy lets everyone in who can log in",
      cause: "whom nobody named",
      breakIt: () => setPeople({ include: [{ everyone: {} }] }),
      untold: ["other-person"],
    },
    {
      id: "policies",
      what: "a group that the policy names holds everyone",
      cause: "whom nobody named",
      async breakIt() {
        const group = await service.post("access/groups", {
          name: "friends",
          include: [{ everyone: {} }],
        });
        await setPeople({ include: [{ group: { id: group.id } }] });
      },
      untold: ["other-person"],
    },
    {
      id: "policies",
      what: "the token stands in the allow policy, too",
      cause: "tokens belong into one of Service Auth",
      breakIt: () =>
        setPeople({
          include: [
            ...service.people.include,
            { service_token: { token_id: service.token.id } },
          ],
        }),
    },
    {
      id: "open-paths",
      what: "the open path's application and rule are too wide",
      cause: "takes more than the open path",
      async breakIt() {
        const app = await service.open("/queue", "^/queue");
        await service.put(`access/apps/${app.id}`, {
          ...app,
          domain: `${HOST}/queue*`,
          destinations: [{ type: "public", uri: `${HOST}/queue*` }],
        });
      },
      change: (world) => withoutShadow(world),
    },
    {
      id: "open-paths",
      what: "the open path has no rule of its own",
      cause: "the tunnel demands a token there",
      async breakIt() {
        await service.open("/queue");
        await service.writeRules((rules) =>
          rules.splice(
            rules.findIndex(({ path }) => path?.startsWith("^/queue")),
            1,
          ),
        );
      },
    },
    {
      id: "preflight",
      what: "the application allows every site",
      cause: "cors_headers",
      breakIt: () =>
        (service.app.cors_headers = {
          allow_all_origins: true,
          allow_all_methods: true,
        }),
    },
    {
      id: "preflight",
      what: "preflights reach the service, which allows every site",
      cause: "options_preflight_bypass",
      breakIt: () => (service.app.options_preflight_bypass = true),
      // The tunnel would refuse what has no token: this one is not there.
      change: (world) => ({
        ...world,
        ask: async (url, ask) => {
          const answer = await world.ask(url, ask);
          if (ask?.method !== "OPTIONS") return answer;
          const headers = new Headers({ "access-control-allow-origin": "*" });
          return { ...answer, status: 204, headers };
        },
      }),
    },
    {
      id: "token-expiry",
      what: "the token expires next week",
      cause: "the token expires in 7 days",
      breakIt: () =>
        (service.token.expires_at = new Date(
          Date.now() + 7 * DAY_MS - 1000,
        ).toISOString()),
    },
    {
      id: "token-expiry",
      what: "the token is switched off",
      cause: "someone switched the token off",
      breakIt: () => (service.token.enabled = false),
      untold: ["token-works"],
    },
    {
      id: "token-expiry",
      what: "the token has expired",
      cause: "the token has expired",
      breakIt: () => (service.token.expires_at = "2020-01-01T00:00:00Z"),
      untold: ["token-works"],
    },
    {
      id: "further-tokens",
      what: "a token that is limited to a path opens the whole host",
      cause: "limited to /queue and opens more than that",
      async breakIt() {
        const app = await service.addToken("ci", "/queue");
        const [admits] = app.policies;
        const { policies } = service.app;
        await service.put(`access/apps/${service.app.id}`, {
          ...service.app,
          policies: [...policies, { ...admits, precedence: 3 }],
        });
      },
    },
    {
      id: "further-tokens",
      what: "a token that is limited to a path is refused there",
      cause: "no Service Auth policy of the application names it",
      async breakIt() {
        const { id, policies, ...app } = await service.addToken("ci", "/queue");
        await service.put(`access/apps/${id}`, {
          ...app,
          policies: policies.slice(1),
        });
      },
    },
    {
      id: "further-tokens",
      what: "the tunnel does not trust the application of a token's path",
      cause: "the tunnel's rule does not trust",
      async breakIt() {
        await service.addToken("ci", "/queue");
        await service.removePathRules();
      },
    },
    {
      id: "further-tokens",
      what: "the whole host takes the token of a path's application, as in earlier versions",
      cause: "a service may read as another path",
      async breakIt() {
        const { aud } = await service.addToken("ci", "/queue");
        await service.removePathRules();
        await service.demand(service.app.aud, aud);
      },
    },
    {
      id: "port-closed",
      what: "Docker publishes the port to the network",
      cause: "past Access",
      breakIt: () => undefined,
      change: (world) => ({
        ...world,
        sockets: async () => [
          { address: "127.0.0.1", port: 8188 },
          { address: "0.0.0.0", port: 8188 },
        ],
      }),
    },
  ];

  /** The wide application is also a part of the host that is not ours. */
  function withoutShadow({ account, ...world }: World): World {
    return {
      ...world,
      account: account && {
        ...account,
        applications: async () =>
          (await account.applications()).filter(
            ({ aud }) => aud === service.app.aud,
          ),
      },
    };
  }

  test("for each that only the checklist has there is one", () => {
    expect(new Set(breaks.map(({ id }) => id))).toEqual(new Set(ADDED));
  });

  test.each(breaks)("$id: $what", async (one) => {
    await one.breakIt();
    const full = fullWorld(service);
    const results = await run((await one.change?.(full)) ?? full);
    const broken = results.filter(({ finding }) => finding.status === "broken");
    expect(broken.map(({ check }) => check.id)).toEqual([one.id]);
    const finding = broken[0]!.finding;
    expect(finding.status === "broken" && finding.cause).toContain(one.cause);
    for (const { check, finding } of results)
      if (one.untold?.includes(check.id))
        expect(finding.status).toBe("not checked");
  });

  test("route-checks-token: the rule takes nobody's token", async () => {
    await service.writeRules((rules) => {
      for (const { hostname, originRequest, path } of rules)
        if (hostname === HOST && !path)
          Object.assign(originRequest?.access ?? {}, { audTag: [] });
    });
    const results = await run(fullWorld(service));
    expect(
      results.find(({ check }) => check.id === "route-checks-token")?.finding,
    ).toMatchObject({
      cause: expect.stringContaining("its access.audTag is empty") as unknown,
    });
  });

  test("token-expiry: the token is let in although it has expired", async () => {
    const late = await Service.deploy(() => new Date(Date.now() - 2 * DAY_MS));
    closing.push(() => late.close());
    late.token.expires_at = new Date(Date.now() - DAY_MS).toISOString();
    const results = await probe(late.deployed, fullWorld(late), {
      checks: CHECKLIST.filter(({ id }) => /token/.test(id)),
    });
    const broken = results.filter(({ finding }) => finding.status === "broken");
    expect(broken.map(({ check }) => check.id)).toEqual(["token-expiry"]);
    expect(broken[0]!.finding).toMatchObject({
      cause: "the token is let in although it has expired",
      remedy: expect.stringMatching(/clock.*id and secret stay$/) as string,
    });
  });

  test("token-needed: a WebSocket opens without a token", async () => {
    const everyone = await service.addPolicy("open", "bypass", [
      { everyone: {} },
    ]);
    await service.addApp("Socket", "/ws", [everyone]);
    await service.demand();
    const results = await probe(service.deployed, service.world());
    const broken = results.filter(({ finding }) => finding.status === "broken");
    expect(broken.map(({ check }) => check.id)).toEqual(["token-needed"]);
    expect(broken[0]!.finding).toMatchObject({ seen: "none: WebSocket open" });
  });
});
