import { CHECKLIST } from "../../probe/checklist";
import { probe } from "../../probe/probe";
import type { Answer, World } from "../../probe/world";
import { fullWorld } from "./full-world";
import { Service } from "./world";

let service: Service;
beforeEach(async () => (service = await Service.deploy()));
afterEach(() => service.close());

/** What is broken: the checks' ids, with what was seen and why. */
async function broken(change: (world: World) => World = (world) => world) {
  const world = change(fullWorld(service));
  const results = await probe(service.deployed, world, { checks: CHECKLIST });
  return results.flatMap(({ check: { id }, finding }) =>
    finding.status === "broken"
      ? [{ id, seen: finding.seen, cause: finding.cause }]
      : [],
  );
}

/** A world in which where an answer leads is another place. */
const leading =
  (elsewhere: (location: URL) => void) =>
  (world: World): World => ({
    ...world,
    async ask(url, ask): Promise<Answer> {
      const answer = await world.ask(url, ask);
      const location = answer.headers.get("location");
      if (ask !== undefined || location === null) return answer;
      const to = new URL(location);
      elsewhere(to);
      const headers = new Headers(answer.headers);
      headers.set("location", to.href);
      return { ...answer, headers };
    },
  });

describe("login-required alone is broken, with its cause, where", () => {
  test("Google is told to return to another team", async () => {
    const change = leading(({ searchParams }) => {
      if (searchParams.has("redirect_uri"))
        searchParams.set(
          "redirect_uri",
          "https://other.cloudflareaccess.com/cdn-cgi/access/callback",
        );
    });
    expect(await broken(change)).toEqual([
      {
        id: "login-required",
        seen: "Google is told to return to https://other.cloudflareaccess.com/cdn-cgi/access/callback",
        cause: "the login method belongs to another team",
      },
    ]);
  });

  test("the login is another team's", async () => {
    const change = leading((to) => {
      if (to.host.endsWith(".cloudflareaccess.com"))
        to.host = "other.cloudflareaccess.com";
    });
    expect(await broken(change)).toEqual([
      {
        id: "login-required",
        seen: "302 to other.cloudflareaccess.com",
        cause: "the redirect does not come from Access of this team",
      },
    ]);
  });

  test("other login methods are on offer beside Google, which is nothing broken", async () => {
    service.app.allowed_idps = [...service.account.identityProviders.keys()];
    service.app.auto_redirect_to_identity = false;
    expect(await broken()).toEqual([]);
  });

  test("the login methods that the application names were deleted", async () => {
    service.app.allowed_idps = ["00000000-0000-0000-0000-000000000000"];
    expect((await broken()).map(({ id }) => id)).toContain("login-required");
  });

  test("the tunnel has no connector, which has its own code", async () => {
    for (const tunnel of service.account.tunnels.values())
      tunnel.connectors = [];
    const found = await broken();
    expect(found[0]).toEqual({
      id: "login-required",
      seen: "530",
      cause: "the tunnel has no running connector",
    });
    // Nothing is reached, so nothing else can be told but the token's way.
    expect(found.slice(1).map(({ id }) => id)).toEqual(["token-works"]);
  });
});

test("login-required tells the connector's refusal, of what a Bypass lets past Access, from Access's own", async () => {
  const { account, app, people } = service;
  account.policies.set("office", {
    ...people,
    id: "office",
    name: "Office",
    decision: "bypass",
    include: [{ ip: { ip: "127.0.0.0/8" } }, { ip: { ip: "::1/128" } }],
  });
  const login = async () =>
    (await broken()).find(({ id }) => id === "login-required");
  const own = app.policies;
  app.policies = [{ id: "office", precedence: 1 }];
  expect(await login()).toEqual({
    id: "login-required",
    seen: "403",
    cause:
      'Access lets it past by a Bypass ("Office"), and the tunnel\'s rule demands a JWT of Access, which a Bypass does not give',
  });
  app.policies = own.filter(({ id }) => id !== people.id);
  expect(await login()).toEqual({
    id: "login-required",
    seen: "403",
    cause: "Access refuses it, and asks for no login",
  });
});

describe.each([
  ["non-strict", false, "302", "no Service Auth policy of the application"],
  ["strict", true, "40[13]", "no Service Auth policy of the application"],
])(
  "in %s token mode token-works alone is broken where",
  (_, strict, status, cause) => {
    beforeEach(() => {
      service.account.organization!.strict_service_token_auth = strict;
    });

    test("no policy admits the token", async () => {
      service.app.policies = service.app.policies.filter(
        ({ id }) => id === service.people.id,
      );
      expect(await broken()).toEqual([
        {
          id: "token-works",
          seen: expect.stringMatching(`^${status} at `),
          cause: expect.stringContaining(cause),
        },
      ]);
    });

    test("the secret was rotated since", async () => {
      service.token.client_secret = service.account.newClientSecret();
      expect(await broken()).toMatchObject([{ id: "token-works" }]);
    });
  },
);

test("token-works alone is broken where WebSockets do not pass", async () => {
  const found = await broken((world) => ({
    ...world,
    openSocket: async (url, headers) =>
      Object.keys(headers).length > 0 &&
      (await world.openSocket(url, headers)).opened
        ? { opened: false, status: 400 }
        : { opened: false, status: 403 },
  }));
  expect(found).toEqual([
    {
      id: "token-works",
      seen: expect.stringMatching(/^200 at .*, WebSocket 400$/),
      cause: "WebSockets do not pass",
    },
  ]);
});
