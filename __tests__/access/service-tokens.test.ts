import {
  ALLOW,
  ANA,
  BYPASS,
  ip,
  policy,
  SERVICE_AUTH,
  STRICT,
  T1,
  T2,
  token,
  WRONG,
} from "./examples";
import { check, type Row } from "./rows";

// https://developers.cloudflare.com/cloudflare-one/access-controls/service-credentials/service-tokens/
describe("service tokens", () => {
  const mixed = [SERVICE_AUTH, ALLOW];
  check({
    "a token that Service Auth names gets in": {
      policies: mixed,
      request: { serviceToken: T1 },
      expected: "pass:service_auth",
      by: "non_identity",
    },
    "any token of the account gets in where any is meant": {
      policies: [policy("non_identity", [{ any_valid_service_token: {} }])],
      request: { serviceToken: T2 },
      expected: "pass:service_auth",
      by: "non_identity",
    },
    "another token is sent to the login page": {
      policies: mixed,
      request: { serviceToken: T2 },
      expected: "login",
    },
    "a wrong secret is sent to the login page": {
      policies: mixed,
      request: { serviceToken: WRONG },
      expected: "login",
    },
    "an expired token is as good as a wrong one": {
      policies: mixed,
      request: { serviceToken: { state: "expired", id: "t1" } },
      expected: "login",
    },
    "incomplete headers are as good as none": {
      policies: mixed,
      request: { serviceToken: { state: "incomplete" } },
      expected: "login",
    },
    "a token in an allow policy meets the login page": {
      policies: [policy("allow", [token("t1")])],
      request: { serviceToken: T1 },
      expected: "login",
    },
    "a person with a token that is not admitted gets in as the person": {
      policies: mixed,
      request: { serviceToken: T2, identity: ANA },
      expected: "pass:identity",
      by: "allow",
    },
    "with Service Auth only, nobody is refused": {
      policies: [SERVICE_AUTH],
      expected: "forbidden",
    },
    "with Service Auth only, a wrong secret is refused": {
      policies: [SERVICE_AUTH],
      request: { serviceToken: WRONG },
      expected: "forbidden",
    },
    "with Service Auth only, a login does not count": {
      policies: [SERVICE_AUTH],
      request: { identity: ANA },
      expected: "forbidden",
    },
    "with Service Auth only, a page script is refused like the rest": {
      policies: [SERVICE_AUTH],
      request: { xhr: true },
      expected: "forbidden",
    },
    "with Service Auth only, a WebSocket is refused like the rest": {
      policies: [SERVICE_AUTH],
      request: { webSocket: true },
      expected: "forbidden",
    },
    "a WebSocket with its token gets in": {
      policies: mixed,
      request: { webSocket: true, serviceToken: T1 },
      expected: "pass:service_auth",
      by: "non_identity",
    },
    "a WebSocket without anything is sent to the login page": {
      policies: mixed,
      request: { webSocket: true },
      expected: "login",
    },
    "a page script without anything gets 401 where people log in": {
      policies: mixed,
      request: { xhr: true },
      expected: "unauthorized",
    },
    "Service Auth can admit by something else than a token": {
      policies: [policy("non_identity", [ip("203.0.113.0/24")])],
      expected: "pass:service_auth",
      by: "non_identity",
    },
  });
});

// https://developers.cloudflare.com/cloudflare-one/access-controls/service-credentials/service-tokens/#enforce-strict-service-token-authentication
describe("strict service token authentication", () => {
  const strict = (row: Omit<Row, "organization">): Row => ({
    ...row,
    organization: STRICT,
  });
  const bad = [
    "invalid",
    "expired",
    "disabled",
    "duplicate",
    "incomplete",
  ] as const;
  const mixed = [SERVICE_AUTH, ALLOW];
  check({
    ...Object.fromEntries(
      bad.map((state) => [
        `a token that is ${state} gets 401`,
        strict({
          policies: mixed,
          request: { serviceToken: { state } },
          expected: "unauthorized",
        }),
      ]),
    ),
    "a token that is not admitted gets 403": strict({
      policies: mixed,
      request: { serviceToken: T2 },
      expected: "forbidden",
    }),
    "an admitted token gets in": strict({
      policies: mixed,
      request: { serviceToken: T1 },
      expected: "pass:service_auth",
      by: "non_identity",
    }),
    "with a token a login is ignored": strict({
      policies: mixed,
      request: { serviceToken: T2, identity: ANA },
      expected: "forbidden",
    }),
    "without a token a login counts": strict({
      policies: mixed,
      request: { identity: ANA },
      expected: "pass:identity",
      by: "allow",
    }),
    "without a token the login page shows": strict({
      policies: mixed,
      expected: "login",
    }),
    "bypass admits whatever token comes along": strict({
      policies: [BYPASS, ...mixed],
      request: { serviceToken: WRONG },
      expected: "pass:bypass",
      by: "bypass",
    }),
    "Service Auth by address does not help a wrong token": strict({
      policies: [policy("non_identity", [ip("203.0.113.0/24")])],
      request: { serviceToken: WRONG },
      expected: "unauthorized",
    }),
  });
});

// https://developers.cloudflare.com/cloudflare-one/access-controls/applications/http-apps/self-hosted-public-app/
describe("service_auth_401_redirect", () => {
  const on = { service_auth_401_redirect: true };
  const mixed = [SERVICE_AUTH, ALLOW];
  const always = { serviceAuth401: "always" } as const;
  check({
    "turns the refusal of a Service Auth application into 401": {
      policies: [SERVICE_AUTH],
      app: on,
      expected: "unauthorized",
    },
    "does nothing where no Service Auth policy stands": {
      policies: [ALLOW],
      app: on,
      expected: "login",
    },
    "beside an allow policy leaves browsers the login page": {
      policies: mixed,
      app: on,
      expected: "login",
    },
    "beside an allow policy answers 401 to a wrong token": {
      policies: mixed,
      app: on,
      request: { serviceToken: WRONG },
      expected: "unauthorized",
    },
    "in the other reading answers 401 to browsers too": {
      policies: mixed,
      app: on,
      options: always,
      expected: "unauthorized",
    },
    "in either reading lets in who is logged in": {
      policies: mixed,
      app: on,
      options: always,
      request: { identity: ANA },
      expected: "pass:identity",
      by: "allow",
    },
  });
});

// https://developers.cloudflare.com/cloudflare-one/access-controls/applications/http-apps/authorization-cookie/cors/
describe("preflights", () => {
  const preflight = { preflight: true };
  check({
    "are refused, as they carry no cookie": {
      policies: [ALLOW],
      request: preflight,
      expected: "forbidden",
    },
    "go to the origin with options_preflight_bypass": {
      policies: [ALLOW],
      app: { options_preflight_bypass: true },
      request: preflight,
      expected: "pass:preflight",
    },
    "are answered at the edge with cors_headers": {
      policies: [ALLOW],
      app: { cors_headers: { allowed_origins: ["https://example.com"] } },
      request: preflight,
      expected: "preflight_answer",
    },
    "are not answered from cors_headers that say nothing": {
      policies: [ALLOW],
      app: {
        cors_headers: {
          allowed_origins: null,
          allow_all_origins: false,
          allowed_methods: [],
        },
      },
      request: preflight,
      expected: "forbidden",
    },
    "pass where a bypass policy lets everything pass": {
      policies: [BYPASS],
      app: { cors_headers: { allow_all_origins: true } },
      request: preflight,
      expected: "pass:bypass",
      by: "bypass",
    },
    "are nothing special to the settings of other requests": {
      policies: [ALLOW],
      app: { options_preflight_bypass: true },
      expected: "login",
    },
  });
});
