/**
 * Addresses are numbers on one line: all of IPv6 first, then all of IPv4, so
 * that `::/0` holds no IPv4 address. IPv4 written as IPv6 (`::ffff:1.2.3.4`)
 * is IPv4.
 */
export type Address = bigint;

export interface AddressRange {
  readonly first: Address;
  readonly last: Address;
}

const IPV4_START = 1n << 128n;
const MAPPED_START = 0xffff_0000_0000n;
const LINE_END = IPV4_START + 0xffff_ffffn;

/** The address, or undefined where the text is none. A zone (`fe80::1%eth0`) is ignored. */
export function parseAddress(text: string): Address | undefined {
  const v4 = parseIpv4(text);
  if (v4 !== undefined) return IPV4_START + BigInt(v4);
  const v6 = parseIpv6(text.split("%", 1)[0] ?? "");
  if (v6 === undefined) return undefined;
  return isMapped(v6) ? IPV4_START + (v6 - MAPPED_START) : v6;
}

/** A CIDR range or a bare address. Bits behind the mask are ignored. */
export function parseRange(text: string): AddressRange | undefined {
  const [address, mask, ...rest] = text.trim().split("/");
  if (address === undefined || rest.length > 0) return undefined;
  const value = parseAddress(address);
  if (value === undefined) return undefined;
  const isV4 = value >= IPV4_START;
  const width = isV4 ? 32 : 128;
  const bits = mask === undefined ? width : prefixLength(mask, address, isV4);
  if (bits === undefined || bits > width) return undefined;
  const size = 1n << BigInt(width - bits);
  const start = isV4 ? IPV4_START : 0n;
  const first = value - ((value - start) % size);
  return { first, last: first + size - 1n };
}

export function contains(range: AddressRange, address: Address): boolean {
  return range.first <= address && address <= range.last;
}

/** The text of an address; IPv6 without abbreviation. */
export function formatAddress(address: Address): string {
  const isV4 = address >= IPV4_START;
  const value = isV4 ? address - IPV4_START : address;
  const [parts, bits, base] = isV4 ? [4, 8n, 10] : [8, 16n, 16];
  return Array.from({ length: parts }, (_, i) =>
    ((value >> (BigInt(parts - 1 - i) * bits)) & ((1n << bits) - 1n)).toString(
      base,
    ),
  ).join(isV4 ? "." : ":");
}

/**
 * One address for every way to be in some of the ranges and outside the
 * others, and one outside all of them where there is such an address.
 */
export function representatives(ranges: readonly AddressRange[]): Address[] {
  const everything: AddressRange = { first: 0n, last: LINE_END };
  const found = new Set<Address>();
  for (const range of [everything, ...ranges]) {
    const address = outside(
      range,
      ranges.filter((other) => isWithin(other, range)),
    );
    if (address !== undefined) found.add(address);
  }
  return [...found];
}

/** The last address of `range` that is in none of `holes`: for the whole line that is an IPv4 address. */
function outside(
  range: AddressRange,
  holes: readonly AddressRange[],
): Address | undefined {
  let address = range.last;
  for (const hole of [...holes].sort(byLastDescending)) {
    if (contains(hole, address)) address = hole.first - 1n;
  }
  return address >= range.first ? address : undefined;
}

function byLastDescending(a: AddressRange, b: AddressRange): number {
  if (a.last === b.last) return 0;
  return a.last < b.last ? 1 : -1;
}

/** CIDR ranges never overlap in part, so being smaller and inside is being within. */
function isWithin(inner: AddressRange, outer: AddressRange): boolean {
  return (
    inner.first >= outer.first &&
    inner.last <= outer.last &&
    inner.last - inner.first < outer.last - outer.first
  );
}

function prefixLength(
  mask: string,
  address: string,
  isV4: boolean,
): number | undefined {
  if (!/^\d{1,3}$/.test(mask)) return undefined;
  // A mask on mapped IPv4 counts IPv6 bits.
  const bits = Number(mask) - (isV4 && address.includes(":") ? 96 : 0);
  return bits < 0 ? undefined : bits;
}

function isMapped(v6: bigint): boolean {
  return v6 >= MAPPED_START && v6 <= MAPPED_START + 0xffff_ffffn;
}

function parseIpv4(text: string): number | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (match === null) return undefined;
  let value = 0;
  for (const part of match.slice(1)) {
    const byte = Number(part);
    if (byte > 255) return undefined;
    value = value * 256 + byte;
  }
  return value;
}

function parseIpv6(text: string): bigint | undefined {
  const halves = text.split("::");
  if (!text.includes(":") || halves.length > 2) return undefined;
  const head = hextets(halves[0] ?? "", halves.length === 1);
  const tail = hextets(halves[1] ?? "", true);
  if (head === undefined || tail === undefined) return undefined;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  let value = 0n;
  for (const part of [...head, ...Array<number>(missing).fill(0), ...tail]) {
    value = (value << 16n) | BigInt(part);
  }
  return value;
}

/** The 16-bit groups of one side of `::`; the last may be a dotted IPv4 address. */
function hextets(text: string, mayEndInIpv4: boolean): number[] | undefined {
  if (text === "") return [];
  const parts = text.split(":");
  const values: number[] = [];
  for (const [i, part] of parts.entries()) {
    const dotted = part.includes(".") ? parseIpv4(part) : undefined;
    if (dotted !== undefined && mayEndInIpv4 && i === parts.length - 1) {
      values.push(Math.floor(dotted / 65_536), dotted % 65_536);
    } else if (/^[0-9a-f]{1,4}$/i.test(part)) {
      values.push(Number.parseInt(part, 16));
    } else {
      return undefined;
    }
  }
  return values;
}
