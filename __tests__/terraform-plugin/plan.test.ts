import { replacePaths, standardPlan } from "../../terraform-plugin/plan";
import type { Attribute, Schema } from "../../terraform-plugin/provider";
import { UNKNOWN, type ObjectValue } from "../../terraform-plugin/value";

const id: Attribute = {
  type: "string",
  computed: true,
  useStateForUnknown: true,
};
const stamp: Attribute = { type: "string", computed: true };
const name: Attribute = { type: "string", optional: true };
const size: Attribute = { type: "number", optional: true, computed: true };
const level: Attribute = { type: "number", optional: true, default: 3 };

type Mode = NonNullable<Attribute["nested"]>["mode"];
const nested = (mode: Mode): Schema => ({
  attributes: {
    name,
    items: {
      optional: true,
      nested: { mode, attributes: { name, id, stamp, level } },
    },
  },
});

/** Plans as Terraform asks for it: `proposed` keeps what is computed. */
function plan(
  schema: Schema,
  prior: ObjectValue | null,
  config: ObjectValue,
  proposed: ObjectValue = config,
) {
  return standardPlan(schema, prior, proposed, config);
}

test("a create takes defaults, and leaves unknown what is computed", () => {
  const schema = { attributes: { id, name, size, level } };
  const config = { id: null, name: "a", size: null, level: null };

  expect(plan(schema, null, config)).toEqual({
    id: UNKNOWN,
    name: "a",
    size: UNKNOWN,
    level: 3,
  });
  expect(plan(schema, null, { ...config, size: 1, level: 4 })).toEqual({
    id: UNKNOWN,
    name: "a",
    size: 1,
    level: 4,
  });
});

test("an update without a change keeps everything", () => {
  const schema = { attributes: { id, stamp, name, size, level } };
  const prior = {
    id: "1",
    stamp: "s",
    name: "a",
    size: "9007199254740993",
    level: 3,
  };
  const config = { id: null, stamp: null, name: "a", size: null, level: null };

  expect(plan(schema, prior, config, { ...prior })).toEqual(prior);
});

test("an update leaves unknown what may follow from the change", () => {
  const schema = { attributes: { id, stamp, name, size } };
  const prior = { id: "1", stamp: "s", name: "a", size: 1 };
  const config = { id: null, stamp: null, name: "b", size: null };

  expect(plan(schema, prior, config, { ...prior, name: "b" })).toEqual({
    id: "1",
    stamp: UNKNOWN,
    name: "b",
    size: UNKNOWN,
  });
});

test("a default that left the configuration comes back", () => {
  const schema = { attributes: { level } };

  expect(plan(schema, { level: 7 }, { level: null }, { level: 7 })).toEqual({
    level: 3,
  });
});

test("unknown configuration stays unknown", () => {
  const schema = nested("list");

  expect(plan(schema, null, { name: UNKNOWN, items: UNKNOWN })).toEqual({
    name: UNKNOWN,
    items: UNKNOWN,
  });
});

test("a write-only value is not a change, and is in no plan", () => {
  const schema = {
    attributes: {
      stamp,
      secret: { type: "string", optional: true, writeOnly: true },
    },
  } satisfies Schema;
  const prior = { stamp: "s", secret: null };

  expect(
    plan(
      schema,
      prior,
      { stamp: null, secret: "x" },
      { stamp: "s", secret: "x" },
    ),
  ).toEqual(prior);
});

const configured = (item: string) => ({
  name: item,
  id: null,
  stamp: null,
  level: null,
});
const made = (item: string) => ({
  name: item,
  id: `id ${item}`,
  stamp: "s",
  level: 3,
});
const changed = (item: string) => ({ ...made(item), stamp: UNKNOWN });
const added = (item: string) => ({
  name: item,
  id: UNKNOWN,
  stamp: UNKNOWN,
  level: 3,
});

test.each<
  [
    Mode,
    ObjectValue[string],
    ObjectValue[string],
    ObjectValue[string],
    ObjectValue[string],
  ]
>([
  ["single", configured("a"), made("a"), made("a"), changed("a")],
  [
    "list",
    [configured("a"), configured("b")],
    [made("a")],
    [made("a"), configured("b")],
    [changed("a"), added("b")],
  ],
  [
    "set",
    [configured("b"), configured("a")],
    [made("a")],
    [made("a"), configured("b")],
    [changed("a"), added("b")],
  ],
  [
    "map",
    { x: configured("a"), y: configured("b") },
    { x: made("a") },
    { x: made("a"), y: configured("b") },
    { x: changed("a"), y: added("b") },
  ],
])(
  "plans the objects of a nested %s one by one",
  (mode, config, prior, proposed, planned) => {
    expect(
      plan(
        nested(mode),
        { name: "before", items: prior },
        { name: "after", items: config },
        { name: "after", items: proposed },
      ),
    ).toEqual({ name: "after", items: planned });
  },
);

test("tells the elements of a set apart where one has a default's value by hand", () => {
  const attributes = { name, level };
  const schema = {
    attributes: {
      items: { optional: true, nested: { mode: "set", attributes } },
    },
  } satisfies Schema;
  const config = {
    items: [
      { name: "a", level: null },
      { name: "a", level: 5 },
    ],
  };

  expect(plan(schema, null, config)).toEqual({
    items: [
      { name: "a", level: 3 },
      { name: "a", level: 5 },
    ],
  });
});

describe("replacement", () => {
  const fixed: Attribute = {
    type: "string",
    optional: true,
    requiresReplace: true,
  };
  const attributes: Schema["attributes"] = {
    fixed,
    rules: {
      optional: true,
      nested: { mode: "list", attributes: { fixed, name } },
    },
    byName: { optional: true, nested: { mode: "map", attributes: { fixed } } },
  };
  const prior = {
    fixed: "a",
    rules: [{ fixed: "a", name: "n" }],
    byName: { x: { fixed: "a" } },
  };

  test.each<[string, ObjectValue, unknown[]]>([
    ["nothing", {}, []],
    ["an attribute", { fixed: "b" }, [["fixed"]]],
    ["an attribute that becomes unknown", { fixed: UNKNOWN }, [["fixed"]]],
    ["what does not force one", { rules: [{ fixed: "a", name: "m" }] }, []],
    [
      "a place in a list",
      { rules: [{ fixed: "b", name: "n" }] },
      [["rules", 0, "fixed"]],
    ],
    [
      "a new element",
      { rules: [...prior.rules, { fixed: "c", name: "n" }] },
      [["rules", 1, "fixed"]],
    ],
    [
      "a place in a map",
      { byName: { x: { fixed: "b" } } },
      [["byName", "x", "fixed"]],
    ],
  ])("follows from %s", (_what, change, paths) => {
    expect(replacePaths(attributes, { ...prior, ...change }, prior)).toEqual(
      paths,
    );
  });
});
