import { NotKnown } from "../../account/not-known";
import { Account } from "../../local/account";
import { dnsOverHttps } from "../../local/edge/dns-over-https";
import type { EdgeRequest } from "../../local/edge/edge-request";
import { findTunnel } from "../../local/edge/find-tunnel";
import { dns } from "../../probe/checks/dns";
import type { Deployed, World } from "../../probe/world";
import { NameIndex } from "../../review/where-it-leads";

const TUNNEL = { id: "t1", name: "home", source: "cloudflare" };
const TO_TUNNEL = "t1.cfargotunnel.com";

/** `name type content`, with `grey` behind it for one that is not proxied. */
function recordsOf(lines: readonly string[]) {
  return lines.map((line, index) => {
    const [name = "", type = "", content = "", grey] = line.split(" ");
    const proxied = grey === undefined && type !== "TXT";
    return { id: `r${index}`, name, type, content, proxied };
  });
}

/** What the probe, the review, the local edge and the local resolver say. */
async function answers(host: string, ...lines: string[]) {
  const records = recordsOf(lines);
  const rule = { hostname: host, service: "http://app" };
  const account = {
    records: async (name: string) => {
      if (name.endsWith("example.com")) return records;
      throw new NotKnown("no zone");
    },
    tunnelsWithRules: async () => [{ ...TUNNEL, rules: [rule] }],
  } as Partial<World["account"]> as World["account"];
  const probed = await dns.run(
    { hostname: host } as Deployed,
    { account } as World,
  );

  const local = new Account({ id: "a", name: "A" });
  for (const record of records)
    local.dnsRecords.set(record.id, {
      ...record,
      zone_id: "z",
      proxiable: true,
      ttl: 1,
      settings: {},
      meta: {},
      comment: null,
      tags: [],
      created_on: "",
      modified_on: "",
    });
  const tunnel = { ...TUNNEL, connectors: [{}], deleted_at: null };
  local.tunnels.set("t1", tunnel as never);
  const request = {
    host,
    rayId: "",
    req: { headers: {} },
  } as EdgeRequest;
  const question = {
    path: "/dns-query",
    query: new URLSearchParams({ name: host, type: "A" }),
  } as EdgeRequest;
  const { Status, Answer } = JSON.parse(dnsOverHttps(question, local).body) as {
    Status: number;
    Answer?: unknown[];
  };
  const edge = findTunnel(local, request);
  return {
    probe: probed.status,
    review: new NameIndex({
      records,
      tunnels: [{ ...TUNNEL, source: "cloudflare", rules: [] }],
    }).leads(host).kind,
    edge: "tunnelId" in edge ? "tunnel" : edge.answer.status,
    resolver: Status === 0 ? Boolean(Answer) : Status,
  };
}

const LEADS_HERE = {
  probe: "kept",
  review: "tunnel",
  edge: "tunnel",
  resolver: true,
};
const NXDOMAIN = {
  probe: "broken",
  review: "nowhere",
  edge: 409,
  resolver: 3,
};
const NO_RECORD = { ...NXDOMAIN, resolver: false };

describe("everyone agrees", () => {
  test("that a wildcard answers below no name that has a record of any type", async () => {
    expect(
      await answers(
        "x.a.example.com",
        `*.example.com CNAME ${TO_TUNNEL}`,
        "a.example.com TXT hello",
      ),
    ).toEqual(NXDOMAIN);
  });

  test("that it answers at any depth", async () => {
    const wildcard = `*.example.com CNAME ${TO_TUNNEL}`;
    expect(await answers("x.y.example.com", wildcard)).toEqual(LEADS_HERE);
  });

  test("that one past Cloudflare does so, too", async () => {
    expect(
      await answers("x.y.example.com", "*.example.com A 192.0.2.1 grey"),
    ).toEqual({ probe: "broken", review: "past", edge: 409, resolver: true });
  });

  test("that a name above others exists, and has no record", async () => {
    expect(
      await answers(
        "a.example.com",
        `*.example.com CNAME ${TO_TUNNEL}`,
        "x.a.example.com A 192.0.2.1",
      ),
    ).toEqual(NO_RECORD);
  });

  test("that the inner of two wildcards keeps the outer one away", async () => {
    expect(
      await answers(
        "x.y.a.example.com",
        "*.example.com A 192.0.2.1",
        `*.a.example.com CNAME ${TO_TUNNEL}`,
      ),
    ).toEqual(LEADS_HERE);
  });

  test("that a wildcard is not for the zone itself", async () => {
    const wildcard = `*.example.com CNAME ${TO_TUNNEL}`;
    expect(await answers("example.com", wildcard)).toEqual(NO_RECORD);
  });

  test("that the zone itself may lead to a tunnel", async () => {
    expect(
      await answers(
        "example.com",
        `example.com CNAME ${TO_TUNNEL}`,
        "example.com TXT v=spf1",
      ),
    ).toEqual(LEADS_HERE);
  });

  test("that CNAMEs are followed inside the account", async () => {
    expect(
      await answers(
        "a.example.com",
        "a.example.com CNAME b.c.example.com",
        `*.example.com CNAME ${TO_TUNNEL}`,
      ),
    ).toEqual(LEADS_HERE);
  });

  test("that CNAMEs in circles lead nowhere", async () => {
    expect(
      await answers(
        "a.example.com",
        "a.example.com CNAME b.example.com",
        "b.example.com CNAME a.example.com",
      ),
    ).toEqual({
      probe: "broken",
      review: "nowhere",
      edge: 530,
      resolver: true,
    });
  });

  test("that a tunnel behind a record without the proxy is not reached", async () => {
    expect(
      await answers("a.example.com", `a.example.com CNAME ${TO_TUNNEL} grey`),
    ).toMatchObject({ probe: "broken", review: "nowhere", edge: 409 });
  });
});
