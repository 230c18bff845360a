import fc from "fast-check";
import { decodeValue, encodeValue } from "../../terraform-plugin/msgpack";
import {
  canonicalDecimal,
  numberFromText,
} from "../../terraform-plugin/number";
import {
  bytes,
  bool,
  integer,
  list,
  map,
  message,
  one,
  string,
} from "../../terraform-plugin/protobuf";
import { decodeJson } from "../../terraform-plugin/state-json";
import { sameValue } from "../../terraform-plugin/types";
import {
  Dynamic,
  UNKNOWN,
  type Type,
  type Value,
} from "../../terraform-plugin/value";
import { testWithSeeds } from "../seeds";

const name = fc.string({ unit: "grapheme" }).filter((s) => s !== "__proto__");
const numbers = fc.oneof(
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => n + 0),
  fc.bigInt().map((n) => numberFromText(String(n))),
);

/** A type together with values of it. */
interface Case {
  readonly type: Type;
  readonly value: fc.Arbitrary<Value>;
}

const leaves: fc.Arbitrary<Case> = fc.constantFrom<Case>(
  { type: "string", value: fc.string({ unit: "grapheme" }) },
  { type: "number", value: numbers },
  { type: "bool", value: fc.boolean() },
);

const { any: cases } = fc.letrec<{ any: Case }>((tie) => ({
  any: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    leaves,
    fc
      .tuple(fc.constantFrom("list" as const, "set" as const), tie("any"))
      .map(([kind, { type, value }]): Case => ({
        type: [kind, type],
        value: fc.array(value, { maxLength: 4 }),
      })),
    tie("any").map(({ type, value }): Case => ({
      type: ["map", type],
      value: fc.dictionary(name, value, { maxKeys: 4, noNullPrototype: true }),
    })),
    fc
      .dictionary(name, tie("any"), { maxKeys: 4, noNullPrototype: true })
      .map((fields): Case => ({
        type: [
          "object",
          Object.fromEntries(
            Object.entries(fields).map(([k, f]) => [k, f.type]),
          ),
        ],
        value: fc.record(
          Object.fromEntries(
            Object.entries(fields).map(([k, f]) => [k, nullable(f.value)]),
          ),
          { noNullPrototype: true },
        ),
      })),
    fc.array(tie("any"), { maxLength: 4 }).map((items): Case => ({
      type: ["tuple", items.map((item) => item.type)],
      value: fc.tuple(
        ...items.map((item) => nullable(item.value)),
      ) as fc.Arbitrary<Value>,
    })),
    tie("any").map(({ type, value }): Case => ({
      type: "dynamic",
      value: value.map((inner) => new Dynamic(type, inner)),
    })),
  ),
}));

function nullable(value: fc.Arbitrary<Value>): fc.Arbitrary<Value> {
  return fc.oneof(value, fc.constant(null), fc.constant(UNKNOWN));
}

const typed = cases.chain(({ type, value }) =>
  value.map((v) => ({ type, value: v })),
);

testWithSeeds("gives back every value it has written", 1, (seed) => {
  fc.assert(
    fc.property(typed, ({ type, value }) => {
      const read = decodeValue(type, encodeValue(type, value));
      expect(read).toEqual(value);
      expect(sameValue(type, read, value)).toBe(true);
    }),
    { seed },
  );
});

testWithSeeds("reads any extension type as unknown", 1, (seed) => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 127 }),
      fc.uint8Array({ maxLength: 255 }),
      (kind, content) => {
        const extension = Uint8Array.of(0xc7, content.length, kind, ...content);
        expect(decodeValue("string", extension)).toBe(UNKNOWN);
      },
    ),
    { seed },
  );
});

test.each<[string, Type, Value, RegExp]>([
  ["a string for a bool", "bool", "true", /^value is not of type "bool"/],
  [
    "an attribute that is not in the schema",
    ["object", { a: "string" }],
    { a: "x", b: "y" },
    /^value has no attribute "b"/,
  ],
  [
    "a wrong value deep inside",
    ["object", { a: ["list", "string"] }],
    { a: ["x", 1] },
    /^value\.a\[1\] is not of type "string"/,
  ],
  ["what is not a number", "number", NaN, /^value is NaN/],
])("refuses %s", (_what, type, value, message) => {
  expect(() => encodeValue(type, value)).toThrow(message);
});

test.each([
  ["0", 0],
  ["-0", 0],
  ["0.1", 0.1],
  ["0.10", 0.1],
  ["1e3", 1000],
  ["0.000000001", 1e-9],
  ["9007199254740992", 9007199254740992],
  ["9007199254740993", "9007199254740993"],
  ["-9007199254740993", "-9007199254740993"],
  ["0.1000000000000000000001", "0.1000000000000000000001"],
  ["1e400", `1${"0".repeat(400)}`],
])("takes the number %s for %p", (text, number) => {
  expect(numberFromText(text)).toBe(number);
});

testWithSeeds("spells equal numbers alike", 1, (seed) => {
  fc.assert(
    fc.property(
      fc.bigInt(),
      fc.integer({ min: -40, max: 40 }),
      fc.nat(5),
      (digits, exponent, zeros) => {
        const one = canonicalDecimal(`${digits}e${exponent}`);
        const other = `${digits}${"0".repeat(zeros)}e${exponent - zeros}`;
        expect(canonicalDecimal(other)).toBe(one);
        expect(canonicalDecimal(one)).toBe(one);
        expect(Number(one)).toBe(Number(`${digits}e${exponent}`) + 0);
      },
    ),
    { seed },
  );
});

test("reads a state's JSON with all digits, without what the schema no longer has", () => {
  const type: Type = [
    "object",
    {
      big: "number",
      small: "number",
      any: "dynamic",
      added: "bool",
      list: ["list", "number"],
    },
  ];
  const json =
    '{"big": 9007199254740993, "small": 0.1, "gone": "x", "list": [12345678901234567890], "any": {"type": ["list", "number"], "value": [9007199254740993]}}';

  expect(decodeJson(type, Buffer.from(json))).toEqual({
    big: "9007199254740993",
    small: 0.1,
    any: new Dynamic(["list", "number"], ["9007199254740993"]),
    added: null,
    list: ["12345678901234567890"],
  });
});

test("compares sets without order and everything else with it", () => {
  expect(sameValue(["set", "number"], [1, "2.0"], [2, 1])).toBe(true);
  expect(sameValue(["list", "number"], [1, 2], [2, 1])).toBe(false);
  expect(sameValue(["object", { a: "string" }], {}, { a: null })).toBe(true);
  expect(sameValue(["map", "string"], {}, { a: null })).toBe(false);
});

describe("protobuf", () => {
  const Item = message({
    text: string(1),
    number: integer(2),
    flag: bool(3),
    raw: bytes(4),
  });
  const Outer = message({
    items: list(1, () => Item),
    first: one(20, () => Item),
    byName: map(3000, () => Item),
  });
  const item = fc.record({
    text: fc.string({ unit: "grapheme" }),
    number: fc.maxSafeNat(),
    flag: fc.boolean(),
    raw: fc.uint8Array().map((array) => Buffer.from(array)),
  });

  testWithSeeds("gives back every message it has written", 1, (seed) => {
    fc.assert(
      fc.property(
        fc.array(item),
        fc.option(item, { nil: undefined }),
        fc.dictionary(name, item, { noNullPrototype: true }),
        (items, first, byName) => {
          const read = Outer.decode(Outer.encode({ items, first, byName }));
          expect(Outer.encode(read)).toEqual(
            Outer.encode({ items, first, byName }),
          );
          expect(read.items.map((i) => i.text)).toEqual(
            items.map((i) => i.text),
          );
          expect(Object.keys(read.byName).sort()).toEqual(
            Object.keys(byName).sort(),
          );
          expect(read.first?.number).toBe(first?.number);
        },
      ),
      { seed },
    );
  });

  test("gives a field that is not there its default, at any depth", () => {
    const Nested = message({ within: one(1, () => Outer) });
    const { within } = Nested.decode(Nested.encode({ within: { first: {} } }));

    expect(within?.items).toEqual([]);
    expect(within?.byName).toEqual({});
    expect(within?.first?.text).toBe("");
    expect(within?.first?.raw).toEqual(new Uint8Array());
    expect(Nested.decode(new Uint8Array()).within).toBeUndefined();
    expect(Outer.decode(new Uint8Array()).first).toBeUndefined();
  });

  test("skips fields it does not know, and refuses a message that is cut off", () => {
    const Less = message({ flag: bool(3) });
    const sent = Item.encode({
      text: "x",
      number: 300,
      flag: true,
      raw: Buffer.from("y"),
    });
    expect(Less.decode(sent)).toEqual({ flag: true });
    expect(() => Item.decode(sent.subarray(0, -1))).toThrow("out of range");
  });
});
