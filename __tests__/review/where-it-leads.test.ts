import type { DnsRecord } from "../../review/change";
import { NameIndex } from "../../review/where-it-leads";

const TUNNEL = {
  id: "t1",
  name: "home",
  rules: [],
  source: "cloudflare",
} as const;

const record = (
  name: string,
  content: string,
  more: Partial<DnsRecord> = {},
): DnsRecord => ({
  id: name,
  name,
  type: "CNAME",
  content,
  proxied: true,
  ...more,
});

const leads = (host: string, ...records: DnsRecord[]) =>
  new NameIndex({ records, tunnels: [TUNNEL] }).leads(host).kind;

const TO_TUNNEL = "t1.cfargotunnel.com";
const APP = "app.example.com";

test.each([
  ["tunnel", [record(APP, TO_TUNNEL)]],
  ["tunnel", [record("*.example.com", TO_TUNNEL)]],
  [
    "tunnel",
    [record(APP, "b.example.com"), record("b.example.com", TO_TUNNEL)],
  ],
  ["server", [record(APP, "192.0.2.1", { type: "A" })]],
  ["server", [record(APP, "elsewhere.test")]],
  ["past", [record(APP, "192.0.2.1", { type: "A", proxied: false })]],
  ["nowhere", []],
  ["nowhere", [record(APP, "t2.cfargotunnel.com")]],
  ["nowhere", [record(APP, TO_TUNNEL, { proxied: false })]],
  ["nowhere", [record(APP, "b.example.com"), record("b.example.com", APP)]],
] as const)("leads %s: %j", (kind, records) => {
  expect(leads(APP, ...records)).toBe(kind);
});

test("keeps a wildcard away from a name that has other records", () => {
  const text = record(APP, '"v=spf1"', { type: "TXT", proxied: false });
  expect(leads(APP, text, record("*.example.com", TO_TUNNEL))).toBe("nowhere");
});

test("keeps a wildcard away from what lies below a name that exists", () => {
  const records = [
    record("*.example.com", TO_TUNNEL),
    record("app.example.com", "192.0.2.1", { type: "A" }),
  ];
  expect(leads("x.app.example.com", ...records)).toBe("nowhere");
  expect(leads("x.other.example.com", ...records)).toBe("tunnel");
});
