import type { Attributes } from "../../../local/provider/derive";
import { asText, Wire } from "../../../local/provider/wire";
import { Dynamic, UNKNOWN } from "../../../terraform-plugin/value";

const attributes: Attributes = {
  id: { type: "string", computed: true },
  name: { type: "string", required: true },
  size: { type: "number", optional: true, computed: true },
  on: { type: "bool", optional: true },
  tags: { type: ["set", "string"], optional: true },
  any: { type: "dynamic", optional: true },
  inner: {
    optional: true,
    nested: {
      mode: "single",
      attributes: {
        text: { type: "string", optional: true },
        told: { type: "string", computed: true },
      },
    },
  },
  rules: {
    optional: true,
    computed: true,
    nested: {
      mode: "list",
      attributes: {
        azure_ad: { type: "string", optional: true },
        email: { type: "string", optional: true },
      },
    },
  },
};
const wire = new Wire({ azure_ad: "azureAD" });
const nothing = Object.fromEntries(
  Object.keys(attributes).map((name) => [name, null]),
);

describe("encode", () => {
  test("leaves out what is null, unknown or read-only", () => {
    const body = wire.encode(
      attributes,
      { ...nothing, id: "i", name: "n", size: UNKNOWN },
      null,
    );

    expect(body).toEqual({ name: "n" });
  });

  test("sends null where the state had a value, inside objects too", () => {
    const body = wire.encode(
      attributes,
      { ...nothing, name: "n", inner: { text: null, told: UNKNOWN } },
      { ...nothing, name: "n", on: true, inner: { text: "t", told: "x" } },
    );

    expect(body).toEqual({ name: "n", on: null, inner: { text: null } });
  });

  test("sends lists whole, with Cloudflare's names and without nulls", () => {
    const rules = [{ azure_ad: "a", email: null }];

    const body = wire.encode(
      attributes,
      { ...nothing, rules, tags: [], any: new Dynamic("number", 5) },
      { ...nothing, rules: [{ azure_ad: null, email: "e" }] },
    );

    expect(body).toEqual({ rules: [{ azureAD: "a" }], tags: [], any: 5 });
  });
});

describe("refresh", () => {
  test("takes everything from the answer, and null for what it leaves out", () => {
    const state = wire.refresh(
      attributes,
      { id: "i", size: "5", rules: [{ azureAD: "a" }] },
      { ...nothing, name: "before", on: true },
    );

    expect(state).toEqual({
      ...nothing,
      id: "i",
      size: 5,
      rules: [{ azure_ad: "a", email: null }],
    });
  });

  test("passes over values of another type", () => {
    const before = { ...nothing, name: "n", size: 1, on: true, tags: ["a"] };

    const state = wire.refresh(
      attributes,
      { name: 7, size: "x", on: "yes", tags: "a" },
      before,
    );

    expect(state).toEqual(before);
  });

  test("empties an object that was configured, and drops what is computed", () => {
    const state = wire.refresh(
      attributes,
      {},
      {
        ...nothing,
        inner: { text: "t", told: "x" },
        rules: [{ azure_ad: "a", email: null }],
      },
    );

    expect(state["inner"]).toEqual({ text: null, told: null });
    expect(state["rules"]).toBeNull();
  });
});

describe("complete", () => {
  test("keeps the plan, and takes what was left to Cloudflare", () => {
    const state = wire.complete(
      attributes,
      {
        id: "i",
        name: "other",
        size: 3,
        on: false,
        inner: { text: "other", told: "x" },
        rules: [{ email: "e" }],
      },
      {
        ...nothing,
        id: UNKNOWN,
        name: "n",
        size: UNKNOWN,
        inner: { text: "t", told: UNKNOWN },
        rules: UNKNOWN,
      },
    );

    expect(state).toEqual({
      ...nothing,
      id: "i",
      name: "n",
      size: 3,
      inner: { text: "t", told: "x" },
      rules: [{ azure_ad: null, email: "e" }],
    });
  });

  test("leaves nothing unknown", () => {
    const state = wire.complete(
      attributes,
      {},
      { ...nothing, id: UNKNOWN, size: UNKNOWN, rules: UNKNOWN },
    );

    expect(state).toEqual(nothing);
  });
});

test("asText makes texts of objects alone", () => {
  expect(asText("meta", "none")({ meta: { a: 1 }, none: null })).toEqual({
    meta: '{"a":1}',
    none: null,
  });
});
