import { attach, reattachProviders } from "../../terraform-plugin/attach";
import { providerFaults } from "../../terraform-plugin/check";
import { DiagnosticList } from "../../terraform-plugin/diagnostics";
import type { Provider, Schema } from "../../terraform-plugin/provider";
import { checkResult } from "../../terraform-plugin/result";
import { UNKNOWN, type ObjectValue } from "../../terraform-plugin/value";
import { sample } from "./sample/provider";
import { ADDRESS, Workspace } from "./workspace";

/** A provider as somebody writes it in JavaScript. */
function written(attributes: object, rest: object = {}): Provider<unknown> {
  const handler = async () => ({});
  return {
    schema: { attributes: {} },
    configure: handler,
    resources: {
      files_text: {
        schema: { attributes },
        create: handler,
        read: handler,
        update: handler,
        delete: handler,
      },
    },
    dataSources: {},
    ...rest,
  } as unknown as Provider<unknown>;
}

test("finds nothing wrong with a provider that has everything", () => {
  expect(providerFaults(sample)).toEqual([]);
});

test.each<[string, object, string]>([
  [
    "no mode",
    { nested: { attributes: {} }, optional: true },
    'needs nested.mode: "single", "list", "set", "map"',
  ],
  [
    "a mode of its own",
    { nested: { mode: "array", attributes: {} }, optional: true },
    "needs nested.mode",
  ],
  [
    "no nested attributes",
    { nested: { mode: "list" }, optional: true },
    "needs nested.attributes",
  ],
  ["no type", { optional: true }, 'needs either "type" or "nested"'],
  [
    "a type of TypeScript",
    { type: "boolean", optional: true },
    'has the type "boolean"',
  ],
  [
    "a list of nothing",
    { type: ["list"], optional: true },
    'has the type ["list"]',
  ],
  [
    "no flag",
    { type: "string" },
    'has to be "required", "optional" or "computed"',
  ],
  [
    "a required default",
    { type: "string", required: true, default: "" },
    'can\'t be "required"',
  ],
])("names an attribute with %s", (_, attribute, fault) => {
  const faults = providerFaults(
    written({
      outer: {
        optional: true,
        nested: { mode: "single", attributes: { inner: attribute } },
      },
    }),
  );
  expect(faults).toEqual([
    expect.stringContaining(`files_text.outer.inner ${fault}`),
  ]);
});

test("names every handler and table that is missing", () => {
  const faults = providerFaults(
    written(
      {},
      {
        configure: undefined,
        dataSources: undefined,
        resources: { files_text: {} },
      },
    ),
  );
  expect(faults).toEqual([
    'the provider has no function "configure"',
    'files_text has no "schema" with "attributes"',
    ...["create", "read", "update", "delete"].map(
      (name) => `files_text has no function "${name}"`,
    ),
    'the provider has no "dataSources"',
  ]);
});

test("Terraform shows what is wrong, in place of its own words", async () => {
  const provider = written({
    a: { nested: { attributes: {} }, optional: true },
  });
  const attached = await attach(provider, ADDRESS);
  const workspace = new Workspace();
  workspace.env["TF_REATTACH_PROVIDERS"] = reattachProviders([attached]);
  workspace.write({});
  const { code, text } = await workspace.run("validate");
  await attached.close();
  workspace.remove();
  expect(code).toBe(1);
  expect(text).toContain("files_text.a needs nested.mode");
});

test("attach names what a caller in JavaScript leaves out", async () => {
  await expect(
    Reflect.apply(attach, undefined, [{ resources: {} }, ADDRESS]),
  ).rejects.toThrow(
    "attach:\n- schema is missing\n- configure is missing\n- dataSources is missing",
  );
});

describe("what a handler returns", () => {
  const schema: Schema = {
    attributes: {
      name: { type: "string", required: true },
      bytes: { type: "number", computed: true },
    },
  };
  const told = (returned: ObjectValue, planned?: ObjectValue) => {
    const diagnostics = new DiagnosticList("dynamic");
    checkResult("create of files_text", schema, returned, diagnostics, planned);
    return diagnostics.messages.map(({ summary }) => summary);
  };

  test("is taken where it has the schema's names", () => {
    expect(
      told({ name: "a", bytes: 1 }, { name: "a", bytes: UNKNOWN }),
    ).toEqual([]);
    expect(told({ name: "a" }, { name: "a", bytes: UNKNOWN })).toEqual([]);
  });

  test("is told of by name where it is not a state of the schema", () => {
    expect(
      told({ bytes: UNKNOWN, extra: 1 }, { name: "a", bytes: UNKNOWN }),
    ).toEqual([
      'create of files_text returned "extra", which its schema does not have',
      'create of files_text returned no "name"',
      'create of files_text returned "bytes" as not known yet',
    ]);
  });
});
