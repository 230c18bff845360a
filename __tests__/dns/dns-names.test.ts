import fc from "fast-check";
import { DnsNames } from "../../dns/dns-names";
import type { DnsRecord } from "../../dns/record";

const TUNNEL = "t1.cfargotunnel.com";

/** `name type content`, with `grey` behind it for one that is not proxied. */
function zone(...lines: string[]): DnsNames<DnsRecord> {
  return new DnsNames(
    lines.map((line) => {
      const [name = "", type = "", content = "", grey] = line.split(" ");
      return {
        name,
        type,
        content,
        proxied: grey === undefined && type !== "TXT",
      };
    }),
  );
}

const WILDCARD = `*.example.com CNAME ${TUNNEL}`;

describe("the records that answer for a name", () => {
  test.each([
    ["its own, whatever the case", "App.Example.COM.", ["app.example.com"]],
    ["the wildcard's", "b.example.com", ["*.example.com"]],
    ["the wildcard's at any depth", "d.c.b.example.com", ["*.example.com"]],
    ["those of the wildcard itself", "*.example.com", ["*.example.com"]],
    ["none at the apex", "example.com", []],
    ["none outside", "example.org", []],
    ["none below a name that exists", "x.app.example.com", []],
    ["none below one with a TXT alone", "x.txt.example.com", []],
    ["only its TXT", "txt.example.com", ["txt.example.com"]],
    ["none of a name above others", "ent.example.com", []],
    ["none below a name above others", "y.ent.example.com", []],
    ["the inner wildcard's", "x.w.example.com", ["*.w.example.com"]],
    ["the inner one's at any depth", "y.x.w.example.com", ["*.w.example.com"]],
    ["none of what the inner one lies below", "w.example.com", []],
    ["none below the wildcard's own name", "x.*.example.com", []],
  ])("are %s: %s", (_, host, names) => {
    const zoneNames = zone(
      WILDCARD,
      `app.example.com CNAME ${TUNNEL}`,
      "txt.example.com TXT hello",
      "deep.ent.example.com A 192.0.2.1",
      "*.w.example.com A 192.0.2.2",
    );
    expect(zoneNames.answering(host).map(({ name }) => name)).toEqual(names);
  });

  test.each([
    ["a name with records", "txt.example.com", true],
    ["a name above others", "ent.example.com", true],
    ["the zone", "example.com", true],
    ["what a wildcard covers", "x.y.wild.example.com", true],
    ["a name that nothing covers", "b.example.com", false],
    ["a name below one with records", "x.txt.example.com", false],
  ])("exist for %s", (_, host, exists) => {
    const names = zone(
      "txt.example.com TXT hello",
      "deep.ent.example.com A 192.0.2.1",
      "*.wild.example.com A 192.0.2.2",
    );
    expect(names.exists(host)).toBe(exists);
  });

  test("are those of the closest ancestor's wildcard, by RFC 4592's own examples", () => {
    const names = zone(
      "*.example MX host1.example.",
      "*.example TXT wildcard",
      "sub.*.example TXT literal",
      "host1.example A 192.0.2.1",
      "_ssh._tcp.host1.example SRV 22",
      "subdel.example NS ns.example.com.",
    );
    const types = (name: string) =>
      names.answering(name).map(({ type }) => type);
    expect(types("host3.example")).toEqual(["MX", "TXT"]);
    expect(types("foo.bar.example")).toEqual(["MX", "TXT"]);
    expect(types("host1.example")).toEqual(["A"]);
    expect(types("sub.*.example")).toEqual(["TXT"]);
    expect(types("_telnet._tcp.host1.example")).toEqual([]);
    expect(types("host.subdel.example")).toEqual([]);
    expect(types("ghost.*.example")).toEqual([]);
  });
});

describe("a host leads", () => {
  test.each([
    ["nowhere without a record", []],
    [
      "nowhere with a TXT alone, past a wildcard",
      ["app.example.com TXT x", WILDCARD],
    ],
    ["tunnel", [`app.example.com CNAME ${TUNNEL}`]],
    [
      "tunnel, in any case and with a dot",
      ["app.example.com CNAME T1.CFArgoTunnel.com."],
    ],
    ["tunnel by a wildcard", [WILDCARD]],
    [
      "tunnel by another name",
      ["app.example.com CNAME b.example.com", `b.example.com CNAME ${TUNNEL}`],
    ],
    [
      "tunnel by a name that a wildcard covers",
      [
        "app.example.com CNAME x.y.example.com",
        `*.y.example.com CNAME ${TUNNEL}`,
      ],
    ],
    ["server at an address", ["app.example.com A 192.0.2.1"]],
    ["server at a name elsewhere", ["app.example.com CNAME elsewhere.test"]],
    [
      "server by a name that is not proxied",
      ["app.example.com CNAME b.example.com", "b.example.com A 192.0.2.1 grey"],
    ],
    ["past", ["app.example.com A 192.0.2.1 grey"]],
    [
      "past by another name",
      ["app.example.com CNAME b.example.com grey", "b.example.com A 192.0.2.1"],
    ],
    ["unproxied tunnel", [`app.example.com CNAME ${TUNNEL} grey`]],
    [
      "unproxied tunnel by another name",
      [
        "app.example.com CNAME b.example.com",
        `b.example.com CNAME ${TUNNEL} grey`,
      ],
    ],
    ["loop of one", ["app.example.com CNAME app.example.com"]],
    [
      "loop of two",
      [
        "app.example.com CNAME b.example.com",
        "b.example.com CNAME app.example.com",
      ],
    ],
    [
      "loop by a wildcard",
      [
        "app.example.com CNAME x.example.com",
        "*.example.com CNAME x.example.com",
      ],
    ],
    [
      "loop that it is not part of",
      [
        "app.example.com CNAME b.example.com",
        "b.example.com CNAME c.example.com",
        "c.example.com CNAME b.example.com",
      ],
    ],
  ])("%s", (text, lines) => {
    const { kind } = zone(...lines).destination("app.example.com");
    expect(text.startsWith(kind)).toBe(true);
  });

  test("to a tunnel through more names than anyone strings together", () => {
    const hops = Array.from(
      { length: 30 },
      (_, at) => `n${at}.example.com CNAME n${at + 1}.example.com`,
    );
    const names = zone(...hops, `n30.example.com CNAME ${TUNNEL}`);
    expect(names.destination("n0.example.com")).toMatchObject({
      kind: "tunnel",
      tunnelId: "t1",
    });
  });

  test("through Cloudflare where one of its addresses is proxied", () => {
    const names = zone("a.test A 192.0.2.1 grey", "a.test A 192.0.2.2");
    expect(names.destination("a.test")).toEqual({
      kind: "server",
      address: "192.0.2.2",
      addresses: ["192.0.2.1", "192.0.2.2"],
    });
  });
});

/** RFC 4592, 2.2.2 and 3.3.1, word for word and without an index. */
function byTheRfc(host: string, names: readonly string[]): string | undefined {
  const exists = (name: string) =>
    names.some((one) => one === name || one.endsWith(`.${name}`));
  if (exists(host)) return host;
  const labels = host.split(".");
  for (let at = 1; at < labels.length; at++) {
    const encloser = labels.slice(at).join(".");
    if (exists(encloser))
      return exists(`*.${encloser}`) ? `*.${encloser}` : undefined;
  }
  return undefined;
}

test("any name is answered by the name that RFC 4592 says", () => {
  const name = fc
    .array(fc.constantFrom("*", "a", "b"), { maxLength: 4 })
    .map((labels) => [...labels, "test"].join("."));
  fc.assert(
    fc.property(fc.uniqueArray(name), name, (names, host) => {
      const records = names.map((one) => `${one} A 192.0.2.1`);
      const answers = zone(...records);
      const source = byTheRfc(host, names);
      expect(answers.exists(host)).toBe(source !== undefined);
      expect(answers.answering(host).map((one) => one.name)).toEqual(
        names.filter((one) => one === source),
      );
    }),
  );
});
