import { BlockList } from "node:net";
import fc from "fast-check";
import {
  contains,
  formatAddress,
  parseAddress,
  parseRange,
  representatives,
} from "../../access/ip";
import { testWithSeeds } from "../seeds";

function isIn(address: string, range: string): boolean | undefined {
  const parsedAddress = parseAddress(address);
  const parsedRange = parseRange(range);
  if (parsedAddress === undefined || parsedRange === undefined)
    return undefined;
  return contains(parsedRange, parsedAddress);
}

test.each([
  ["an address in its CIDR range", "203.0.113.7", "203.0.113.0/24", true],
  ["the address before a range", "203.0.112.255", "203.0.113.0/24", false],
  ["the address after a range", "203.0.114.0", "203.0.113.0/24", false],
  ["a bare address means itself", "203.0.113.7", "203.0.113.7", true],
  ["a bare address means no neighbour", "203.0.113.8", "203.0.113.7", false],
  [
    "bits behind the mask are ignored",
    "192.168.100.200",
    "192.168.100.1/24",
    true,
  ],
  ["all of IPv4", "8.8.8.8", "0.0.0.0/0", true],
  ["IPv6 in its range", "2001:db8::1", "2001:db8::/32", true],
  ["IPv6 outside its range", "2001:db9::1", "2001:db8::/32", false],
  ["IPv6 written out", "2001:0db8:0:0:0:0:0:0001", "2001:DB8::1", true],
  ["IPv4 is not in all of IPv6", "8.8.8.8", "::/0", false],
  ["IPv6 is not in all of IPv4", "2001:db8::1", "0.0.0.0/0", false],
  [
    "IPv4 written as IPv6 is IPv4",
    "::ffff:203.0.113.7",
    "203.0.113.0/24",
    true,
  ],
  [
    "a range of IPv4 written as IPv6",
    "203.0.113.7",
    "::ffff:203.0.113.0/120",
    true,
  ],
  ["a zone is ignored", "fe80::1%eth0", "fe80::/10", true],
])("%s", (_, address, range, expected) => {
  expect(isIn(address, range)).toBe(expected);
});

test.each([
  "",
  "localhost",
  "1.2.3",
  "1.2.3.4.5",
  "1.2.3.256",
  "1.2.3.4/33",
  "1.2.3.4/-1",
  "1.2.3.4/x",
  "1.2.3.4/8/8",
  "::/129",
  "1::2::3",
  "1:2:3:4:5:6:7",
  "1:2:3:4:5:6:7:8:9",
  "1:2:3:4:5:6:7::8",
  "12345::",
  "1.2.3.4::",
])("fails on %p, which is no range", (text) => {
  expect(parseRange(text)).toBeUndefined();
});

const ipv4 = fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 }));
const ipv6 = fc.tuple(fc.ipV6(), fc.integer({ min: 0, max: 128 }));

testWithSeeds("agrees with Node's own block list", 1, (seed) => {
  fc.assert(
    fc.property(
      fc.oneof(ipv4, ipv6),
      fc.oneof(fc.ipV4(), fc.ipV6()),
      ([net, bits], address) => {
        const family = (text: string) => (text.includes(":") ? "ipv6" : "ipv4");
        // Node counts ::ffff:0:0/96 and ::/0 as both families; we do not.
        fc.pre(family(net) === family(address));
        fc.pre(
          family(net) === "ipv4" || (!isMapped(net) && !isMapped(address)),
        );
        const oracle = new BlockList();
        oracle.addSubnet(net, bits, family(net));
        expect(isIn(address, `${net}/${bits}`)).toBe(
          oracle.check(address, family(address)),
        );
      },
    ),
    { seed },
  );
});

function isMapped(address: string): boolean {
  return isIn(address, "0.0.0.0/0") === true;
}

testWithSeeds("writes addresses that read back as themselves", 1, (seed) => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
      const address = parseAddress(text) ?? 0n;
      expect(parseAddress(formatAddress(address))).toBe(address);
    }),
    { seed },
  );
});

testWithSeeds(
  "representatives stand for every way to be in some ranges and not in others",
  1,
  (seed) => {
    const nearby = fc
      .tuple(fc.integer({ min: 0, max: 15 }), fc.integer({ min: 26, max: 32 }))
      .map(([last, bits]) => `10.0.0.${last}/${bits}`);
    fc.assert(
      fc.property(fc.array(nearby, { maxLength: 5 }), (texts) => {
        const ranges = texts.flatMap((text) => parseRange(text) ?? []);
        const signature = (address: bigint) =>
          ranges.map((range) => contains(range, address)).join();
        const all = Array.from({ length: 256 }, (_, i) =>
          signature(parseAddress(`10.0.0.${i}`) ?? 0n),
        );
        const found = representatives(ranges).map(signature);
        expect(new Set(found)).toEqual(new Set(all));
        expect(found).toHaveLength(new Set(found).size);
      }),
      { seed },
    );
  },
);
