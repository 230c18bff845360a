import { newServiceFault, serviceFault } from "../../ingress/service";
import { ingressFaults } from "../../ingress/validate";

const last = { service: "http_status:404" };

test.each([
  "http://localhost:8188",
  "https://[::1]:443",
  "http://user:pass@host",
  "HTTP://host?a=b",
  "tcp://db:5432",
  "ssh://localhost:22",
  "unix:/run/app.sock",
  "unix+tls:/run/app.sock",
  "http_status:404",
  "hello_world",
  "hello-world",
  "bastion",
  "socks-proxy",
  "http://bücher.internal",
  "http://user@name@host",
  "http://[fe80::1%25eth0]:80",
  "http://b%c3%bccher",
  "rdp://desk",
  "smb://nas:445",
  "tcp://db:1:2",
])("cloudflared takes the service %s", (service) => {
  expect(serviceFault(service)).toBeUndefined();
});

test.each([
  ["http://localhost:8188/", /write "http:\/\/localhost:8188"/],
  ["http://localhost/app", /must end after its host/],
  ["localhost:8188", /needs a scheme and a host/],
  ["127.0.0.1:8188", /needs a scheme and a host/],
  ["http://", /needs a scheme and a host/],
  ["http://:80", /needs a scheme and a host/],
  ["http://a b", /needs a scheme and a host/],
  ["http://a:b", /needs a scheme and a host/],
  ["http://a:80:80", /needs a scheme and a host/],
  ["http://a:-1", /needs a scheme and a host/],
  ["http://[::1", /needs a scheme and a host/],
  ["http://[x]:80", /needs a scheme and a host/],
  ["http://[127.0.0.1]", /needs a scheme and a host/],
  ["http://[1::2::3]", /needs a scheme and a host/],
  ["http://a%zz", /needs a scheme and a host/],
  ["http://a%41", /needs a scheme and a host/],
  ["http://a\\b", /needs a scheme and a host/],
  ["http://{a}", /needs a scheme and a host/],
  ["http://a\n", /needs a scheme and a host/],
  ["http://a#%zz", /needs a scheme and a host/],
  ["http://u%zz@a", /needs a scheme and a host/],
  [" http://a", /needs a scheme and a host/],
  ["", /needs a scheme and a host/],
  ["http_status:99", /from 100 to 999/],
  ["http_status:1000", /from 100 to 999/],
  ["http_status:ok", /from 100 to 999/],
])("fails on the service %j", (service, message) => {
  expect(serviceFault(service)).toMatch(message);
});

test.each([
  ["http://a?b", /ignores what comes then, so write "http:\/\/a"/],
  ["http://a:0", /one port, from 1 to 65535/],
  ["http://a:99999", /one port, from 1 to 65535/],
  ["tcp://a:1:2", /one port/],
  ["unix:", /names no socket/],
])("takes no new rule to the service %s", (service, message) => {
  expect(serviceFault(service)).toBeUndefined();
  expect(newServiceFault(service)).toMatch(message);
});

test.each(["http://u:secret@a:80", "http://u:secret@a/x"])(
  "tells what is wrong with the service %s without its password",
  (service) => {
    expect(newServiceFault(service)).toMatch(/write "http:\/\/a(:80)?"$/);
    expect(newServiceFault(service)).not.toContain("secret");
  },
);

test("takes no network with a zone, as Go does", () => {
  const socks = (prefix: string) =>
    ingressFaults([
      {
        hostname: "a",
        service: "socks-proxy",
        originRequest: { ipRules: [{ prefix }] },
      },
      last,
    ]);
  expect(socks("fe80::1/64")).toEqual([]);
  expect(socks("fe80::1%eth0/64")).toHaveLength(1);
});

test("takes no rules at all, and a usual document", () => {
  expect(ingressFaults([])).toEqual([]);
  expect(
    ingressFaults([
      { hostname: "*.a.example", path: "^/x", service: "http://a" },
      { path: "/y", service: "http://b" },
      { hostname: "*", service: "http_status:404", originRequest: null },
    ]),
  ).toEqual([]);
});

test("fails unless the last rule, and no other, takes every request", () => {
  expect(ingressFaults([last, { hostname: "a", service: "http://a" }])).toEqual(
    [
      "rule 1: only the last rule may take every request",
      "rule 2: the last rule must take every request: no hostname, no path",
    ],
  );
});

test.each([
  [{ hostname: "a.example:80" }, /must not have a port/],
  [{ hostname: "a.*.example" }, /one "\*" only/],
  [{ hostname: "a", path: "(?!x)" }, /no Go regular expression/],
  [{ hostname: "a", originRequest: { connectTimeout: 1.5 } }, /whole number/],
  [
    {
      hostname: "a",
      originRequest: { access: { required: true, audTag: ["x"] } },
    },
    /audTag and no teamName/,
  ],
])("fails on %j", (rule, message) => {
  const faults = ingressFaults([{ service: "http://a", ...rule }, last]);
  expect(faults).toHaveLength(1);
  expect(faults[0]).toMatch(message);
});

test("takes an access that is not required, whatever it lacks", () => {
  const access = { required: false, audTag: ["x"] };
  const rule = {
    service: "http://a",
    hostname: "a",
    originRequest: { access },
  };
  expect(ingressFaults([rule, last])).toEqual([]);
});

test("in bastion mode no URL is looked at, but a status is", () => {
  const faults = (service: string) =>
    ingressFaults([{ hostname: "a", service }, last], { bastionMode: true });
  expect(faults("nothing")).toEqual([]);
  expect(faults("http_status:1")).toHaveLength(1);
});

test("fails on a number of seconds that is a text", () => {
  const originRequest = { connectTimeout: "10" };
  const rule = { hostname: "a", service: "http://a", originRequest };
  expect(ingressFaults([rule, last])).toHaveLength(1);
});

const rule = (originRequest: object, service = "http://a") =>
  ingressFaults([
    { hostname: "a", service, originRequest: originRequest as never },
    last,
  ]);

test.each<[object, RegExp]>([
  [
    { connectTimeout: "30s" },
    /connectTimeout must be a whole number of seconds/,
  ],
  [{ tlsTimeout: 1.5 }, /tlsTimeout must be a whole number of seconds/],
  [{ http2Origin: "yes" }, /http2Origin must be true or false/],
  [{ NOTLSVERIFY: 1 }, /noTLSVerify must be true or false/],
  [{ caPool: ["/a"] }, /caPool must be text/],
  [
    { keepAliveConnections: "100" },
    /keepAliveConnections must be a whole number/,
  ],
  [{ proxyPort: -1 }, /proxyPort must be a whole number, 0 or more/],
  [{ ipRules: {} }, /ipRules must be a list/],
  [{ ipRules: [{ prefix: 1 }] }, /ipRules\[0\]\.prefix must be a network/],
  [{ ipRules: [{ ports: ["80"] }] }, /ipRules\[0\]\.ports must be a list/],
  [
    { ipRules: [{ allow: "yes" }] },
    /ipRules\[0\]\.allow must be true or false/,
  ],
  [{ access: [] }, /access must be an object/],
  [{ access: { required: "true" } }, /access\.required must be true or false/],
  [{ access: { audTag: "a" } }, /access\.audTag must be a list of texts/],
  [{ access: { teamName: 1 } }, /access\.teamName must be text/],
])("fails on %j in originRequest", (originRequest, message) => {
  expect(rule(originRequest)).toEqual([expect.stringMatching(message)]);
});

test("fails on a wrong type in the document's own originRequest", () => {
  expect(ingressFaults([last], { connectTimeout: "30s" })).toEqual([
    "the whole document: originRequest.connectTimeout must be a whole number of seconds",
  ]);
});

test("takes nulls, negative keep-alives and keys that nobody knows", () => {
  expect(
    rule({
      connectTimeout: null,
      tcpKeepAlive: -1,
      keepAliveConnections: -1,
      someday: { a: 1 },
      ipRules: [{ prefix: "none" }, null],
    }),
  ).toEqual([]);
});

test("looks into the networks of a socks proxy", () => {
  const rules = (rule: object) =>
    ingressFaults([
      {
        hostname: "a",
        service: "socks-proxy",
        originRequest: { ipRules: [rule] },
      },
      last,
    ]);
  expect(rules({ prefix: "192.0.2.0/24", ports: [80] })).toEqual([]);
  expect(rules({ prefix: "192.0.2.0/33" })).toHaveLength(1);
  expect(rules({ prefix: "192.0.2.0/24", ports: [0] })).toHaveLength(1);
  expect(rules({ ports: [80] })).toHaveLength(1);
});
