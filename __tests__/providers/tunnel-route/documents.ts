import * as fc from "fast-check";
import { openPathPattern } from "../../../ingress/open-path";

/** Hosts that documents and our routes have in common. */
export const HOSTS = ["a.x.io", "b.x.io", "c.b.x.io", "x.io", "d.y.io"];
export const PATHS = [
  "^/api",
  "/api",
  "^/",
  ".*",
  "^/api/v1$",
  "^/ü",
  "^/日本/[ぁ-ん]+$",
  "\\.(jpg|png)$",
  "^/webhook(/[A-Za-z0-9_-]+)*$",
  openPathPattern("/webhook"),
];

/** Most rules that one tunnel may have. */
const MOST_RULES = 1000;
/** Put in as text: no double holds it. */
const BIG = "12345678901234567890.10";

const aPath = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(undefined, null, "", ...PATHS) },
  {
    weight: 1,
    arbitrary: fc
      .string({ unit: "grapheme", minLength: 1, maxLength: 6 })
      .map((text) => `^/${text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")}`),
  },
);
const settings = fc.constantFrom(
  undefined,
  null,
  {},
  { httpHostHeader: "h" },
  { http2Origin: true, futureKey: { deep: [null, 1, "BIG"] } },
  { access: { required: true, teamName: "t", audTag: ["theirs"] } },
);
/** What Cloudflare may add to a rule or a document one day. */
const unknownKeys = fc.oneof(
  { weight: 3, arbitrary: fc.constant({}) },
  {
    weight: 1,
    arbitrary: fc.dictionary(
      fc.oneof(
        fc.constantFrom("note", "10", "__proto__", "toString"),
        fc.string({ unit: "grapheme", maxLength: 4 }),
      ),
      fc.oneof(
        fc.constantFrom(null, "BIG", { size: "BIG" }, []),
        fc.jsonValue({ maxDepth: 1 }),
      ),
      { maxKeys: 2, noNullPrototype: true },
    ),
  },
);

/** One rule of a document with `size` rules: the more, the fewer for many hosts. */
function aRule(size: number) {
  return fc
    .record({
      more: unknownKeys,
      hostname: fc.oneof(
        {
          weight: size,
          arbitrary: fc.nat(size).map((n) => `h${n}.x.io`),
        },
        {
          weight: 10,
          arbitrary: fc.constantFrom(...HOSTS, "A.x.io", "bücher.x.io"),
        },
        {
          weight: 5,
          arbitrary: fc.constantFrom("*.x.io", "*.b.x.io", "*", "", null),
        },
      ),
      path: aPath,
      service: fc.nat(99).map((n) => `http://theirs-${n}`),
      originRequest: settings,
    })
    .filter(
      ({ hostname, path }) =>
        !!path || (hostname !== "*" && hostname !== "" && hostname !== null),
    )
    .map(({ more, ...rule }) => ({ ...more, ...rule }));
}

const lastRule = fc.constantFrom<object>(
  { service: "http_status:404" },
  { hostname: "", service: "http_status:503", originRequest: {} },
  { hostname: "*", path: null, service: "http://last" },
);
const otherKeys = fc.oneof(
  fc.constantFrom<object>(
    {},
    { "warp-routing": { enabled: true }, originRequest: null },
    { originRequest: { connectTimeout: "BIG" }, zz: [], "10": 1 },
  ),
  unknownKeys,
);

function aConfig(size: number): fc.Arbitrary<string> {
  return fc
    .record({
      ingress: fc.array(aRule(size), {
        minLength: size - 1,
        maxLength: size - 1,
      }),
      last: lastRule,
      rest: otherKeys,
    })
    .map(({ ingress, last, rest }) =>
      JSON.stringify({ ...rest, ingress: [...ingress, last] }).replaceAll(
        '"BIG"',
        BIG,
      ),
    );
}

/**
 * A tunnel's configuration as text, with 1 to 1,000 rules; undefined where there
 * is none. Sizes are as likely to lie from 1 to 10 as from 10 to 100 or from 100
 * to 1,000 among one in six; the others are small, where more is decided in
 * less time.
 */
export const aTunnel: fc.Arbitrary<string | undefined> = fc.oneof(
  { weight: 2, arbitrary: fc.constant(undefined) },
  {
    weight: 15,
    arbitrary: fc.integer({ min: 1, max: 11 }).chain(aConfig),
  },
  {
    weight: 3,
    arbitrary: fc
      .integer({ min: 0, max: 3000 })
      .map((n) => Math.round(10 ** (n / 1000)))
      .map((n) => Math.min(n, MOST_RULES))
      .chain(aConfig),
  },
);
