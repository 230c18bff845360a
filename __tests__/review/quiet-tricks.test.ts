import { ZONE } from "./hostile";
import { hostileAccount, type HostileAccount } from "./hostile-account";
import {
  ADA,
  APP,
  EVERYONE,
  HOST,
  METHOD,
  POLICY,
  RECORD,
  TOKEN,
  writer,
} from "./trick-code";
import { play, type Trick } from "./tricks";

let here: HostileAccount;
beforeAll(async () => {
  here = await hostileAccount();
});
afterAll(() => here.close());

const { account, app, code, demanding, policy, record, route } = writer(
  () => here.setting,
);

const B = `b.${ZONE}`;
/** A public host, beside the guarded one. */
const publicHost = (more: object) =>
  code({
    tunnel_route: { b: route(B, more) },
    [RECORD]: { b: record(B) },
  });

const server = (content: string) =>
  code({ [RECORD]: { app: record(HOST, { type: "A", content }) } });

const method = (more: object = {}) => ({
  ...account(),
  name: "Company",
  type: "oidc",
  config: {
    client_id: "c",
    client_secret: "s",
    auth_url: "https://id.example/a",
    token_url: "https://id.example/t",
    certs_url: "https://id.example/c",
  },
  ...more,
});

const admitting = (...ids: readonly string[]) =>
  code({
    [METHOD]: { company: method() },
    [APP]: { app: app(HOST, ["people"], { allowed_idps: ids }) },
  });

const token = (more: object) =>
  code({ [TOKEN]: { t: { ...account(), name: "t", ...more } } });

const inFront = (one: object) =>
  code({
    [POLICY]: { machines: one },
    [APP]: { app: app(HOST, ["machines", "people"]) },
  });

const oauth = (address: string) =>
  code({
    [APP]: {
      app: app(HOST, ["people"], {
        oauth_configuration: {
          enabled: true,
          dynamic_client_registration: { allowed_uris: [address] },
        },
      }),
    },
  });

/** What is tried, what the review has to say, and what the edge does. */
const TRICKS: Readonly<
  Record<string, [says: readonly RegExp[], trick: () => Trick]>
> = {
  "a guarded service by another spelling of its address": [
    [/^error side-door b\..*leads to http:\/\/ONE/],
    () => ({
      before: publicHost({ service: "http://two:80" }),
      after: publicHost({ service: "http://ONE" }),
      asks: [`nobody ${B}/`],
    }),
  ],
  "a guarded host by the Host header of another": [
    [/^error side-door b\..*so does app\./],
    () => ({
      before: publicHost({ service: "http://two:80" }),
      after: publicHost({
        service: "http://two:80",
        origin_request: { http_host_header: HOST.toUpperCase() },
      }),
      asks: [`nobody ${B}/`],
    }),
  ],
  "another server behind the login": [
    [
      /^warning other-machine app\..*to 203\.0\.113\.9 instead of 192\.0\.2\.1/,
      /^ada@.*: login 192\.0\.2\.1 -> login 203\.0\.113\.9$/,
    ],
    () => ({
      before: server("192.0.2.1"),
      after: server("203.0.113.9"),
      asks: [`ada@datacrew.space ${HOST}/`],
    }),
  ],
  "another tunnel with the same rule": [
    [
      /^warning other-machine app\..*to the tunnel second/,
      /^ada@.*: login http:\/\/one:80 in .* -> login http:\/\/one:80 in second$/,
    ],
    () => {
      const [, second] = here.setting.tunnelIds;
      const to = (more: object) =>
        code({
          tunnel_route: {
            app: route(HOST, demanding()),
            second: route(HOST, { ...demanding(), tunnel_id: second }),
          },
          [RECORD]: { app: record(HOST, more) },
        });
      return {
        before: to({}),
        after: to({ content: `${second}.cfargotunnel.com` }),
        asks: [`ada@datacrew.space ${HOST}/`],
      };
    },
  ],
  "a route that takes the JWTs of another team": [
    [/^error jwt-check-of-another-team app\..*team "evil"/],
    () => {
      const [team, evil] = [demanding(), demanding()];
      evil.origin_request.access.team_name = "evil";
      return {
        before: code({ tunnel_route: { app: route(HOST, team) } }),
        after: code({ tunnel_route: { app: route(HOST, evil) } }),
        asks: [`ada@datacrew.space ${HOST}/`],
      };
    },
  ],
  "a list of people in place of names": [
    [
      /^error unread-change \S+ \S+\.people: not read: it depends on the e-mail list L/,
    ],
    () => ({
      before: code(),
      after: code({
        [POLICY]: { people: policy("allow", [{ email_list: { id: "L" } }]) },
      }),
    }),
  ],
  "a list of addresses that needs no login any more": [
    [
      /^error unread-change \S+ \S+\.people: not read: it depends on the list of/,
    ],
    () => {
      const listed = (decision: string) =>
        code({
          [POLICY]: { people: policy(decision, [{ ip_list: { id: "L" } }]) },
        });
      return { before: listed("allow"), after: listed("bypass") };
    },
  ],
  "a login method that is made first and accepted later": [
    [/^error login-method-trust \S+ Company: its type is oidc, and appl/],
    () => ({
      before: admitting("m1"),
      after: admitting("m1", `\${${METHOD}.company.id}`),
    }),
  ],
  "a login method that is made anew as it is accepted": [
    [/^error login-method-trust \S+ Company: its type is oidc, and appl/],
    () => ({
      before: admitting("m1"),
      after: admitting("m1", `\${${METHOD}.company.id}`),
      tainted: [`${METHOD}.company`],
    }),
  ],
  "a login method by another's name": [
    [/^warning login-method-renamed login method Method m1:.* from Company to/],
    () => ({
      before: admitting("m1"),
      after: code({
        [METHOD]: { company: method({ name: "Method m1" }) },
        [APP]: { app: app(HOST, ["people"], { allowed_idps: ["m1"] }) },
      }),
    }),
  ],
  "an old secret that works on": [
    [/^warning token-old-secret token t: .* works until 2099/],
    () => ({
      before: token({ client_secret_version: 2 }),
      after: token({
        client_secret_version: 2,
        previous_client_secret_expires_at: "2099-01-01T00:00:00Z",
      }),
    }),
  ],
  "a token that lasts longer": [
    [/^note token-longer token t: its duration changes from 24h to 8760h/],
    () => ({
      before: token({ duration: "24h" }),
      after: token({ duration: "8760h" }),
    }),
  ],
  "any token, required of everyone": [
    [/^error any-service-token/],
    () => ({
      before: code(),
      after: inFront(
        policy("non_identity", [EVERYONE], {
          require: [{ any_valid_service_token: {} }],
        }),
      ),
    }),
  ],
  "programs that may act for people": [
    [/^warning oauth-clients app\..*evil\.example/],
    () => ({
      before: oauth("https://ours.example/callback"),
      after: oauth("https://evil.example/callback"),
    }),
  ],
  "a short session that nothing says any more": [
    [/^warning session-longer policy allow:.* \(was 30 min\)/],
    () => {
      const people = (more: object) =>
        code({ [POLICY]: { people: policy("allow", [ADA], more) } });
      return {
        before: people({ session_duration: "30m" }),
        after: people({}),
      };
    },
  ],
  "another page for who is refused": [
    [/^warning deny-page app\..*own page evil/],
    () => ({
      before: code(),
      after: code({
        [APP]: { app: app(HOST, ["people"], { custom_pages: ["evil"] }) },
      }),
    }),
  ],
};

test.each(Object.entries(TRICKS))(
  "sees through %s",
  async (_, [says, trick]) => {
    const { review, silent } = await play(here, trick());
    expect(silent).toEqual([]);
    const text = review.join("\n");
    for (const one of says)
      expect(text).toMatch(new RegExp(one.source, `${one.flags}m`));
  },
);
