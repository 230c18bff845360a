import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deriveAttributes } from "../../../local/provider/derive";
import { withOverlay } from "../../../local/provider/overlay";
import { cloudflareProvider } from "../../../local/provider/provider";
import type { Attribute } from "../../../terraform-plugin/provider";
import { DEFAULT_PROVIDER } from "../../../base/provider-versions";
import { MIRROR, PROVIDER_VERSION } from "../../provider";

const BINDINGS = "@cdktf/provider-cloudflare";

test("derives names, types and flags from the bindings", () => {
  const attributes = deriveAttributes(BINDINGS, "dns-record");

  expect(attributes).toMatchObject({
    id: { type: "string", computed: true },
    zone_id: { type: "string", required: true },
    proxied: { type: "bool", optional: true, computed: true },
    ttl: { type: "number", required: true },
    tags: { type: ["set", "string"], optional: true, computed: true },
    data: {
      optional: true,
      nested: {
        mode: "single",
        attributes: {
          flags: { type: "dynamic", optional: true },
          port: { type: "number", optional: true },
        },
      },
    },
  });
  expect(attributes["id"]).not.toHaveProperty("optional");
});

test("derives objects inside lists, sets and data sources", () => {
  const { policies } = deriveAttributes(
    BINDINGS,
    "zero-trust-access-application",
  );
  const { result } = deriveAttributes(BINDINGS, "data-cloudflare-zones");

  expect(policies).toMatchObject({
    nested: {
      mode: "list",
      attributes: {
        precedence: { type: "number", optional: true, computed: true },
        include: {
          nested: { mode: "set", attributes: { everyone: { nested: {} } } },
        },
      },
    },
  });
  expect(result).toMatchObject({
    computed: true,
    nested: {
      mode: "list",
      attributes: { name_servers: { type: ["list", "string"] } },
    },
  });
});

test("what can be set below an object that may be computed is not computed", () => {
  const { include } = deriveAttributes(BINDINGS, "zero-trust-access-policy");

  expect(include).toMatchObject({ optional: true, computed: true });
  const { email } = include?.nested?.attributes ?? {};
  expect(email).toEqual({
    optional: true,
    nested: {
      mode: "single",
      attributes: { email: { type: "string", required: true } },
    },
  });
});

test("derives the schemas of another provider's bindings", () => {
  const { replication } = deriveAttributes(
    "@cdktf/provider-google",
    "secret-manager-secret",
  );

  expect(replication).toMatchObject({ required: true });
});

test("an overlay adds to what was derived, and names what is not there", () => {
  const attributes = deriveAttributes(BINDINGS, "dns-record");

  const { settings } = withOverlay(attributes, {
    "settings.ipv4_only": { sensitive: true },
  });

  expect(settings?.nested?.attributes["ipv4_only"]).toMatchObject({
    type: "bool",
    sensitive: true,
  });
  expect(() => withOverlay(attributes, { "settings.gone": {} })).toThrow(
    "no attribute settings.gone",
  );
});

interface RealAttribute {
  readonly type?: unknown;
  readonly nested_type?: {
    readonly nesting_mode: string;
    readonly attributes?: RealAttributes;
  };
  readonly required?: boolean;
  readonly optional?: boolean;
  readonly computed?: boolean;
  readonly sensitive?: boolean;
  readonly deprecated?: boolean;
}
type RealAttributes = { readonly [name: string]: RealAttribute };

/** Every attribute in one line of flags and type. */
function lines(prefix: string, attributes: RealAttributes): string[] {
  return Object.entries(attributes)
    .flatMap(([name, attribute]) => {
      const { nested_type } = attribute;
      const flags = (
        ["required", "optional", "computed", "sensitive", "deprecated"] as const
      ).filter((flag) => attribute[flag]);
      const type = nested_type?.nesting_mode ?? JSON.stringify(attribute.type);
      return [
        `${prefix}.${name}: ${[...flags, type].join(" ")}`,
        ...lines(`${prefix}.${name}`, nested_type?.attributes ?? {}),
      ];
    })
    .sort();
}

function asReal(attributes: {
  readonly [name: string]: Attribute;
}): RealAttributes {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, attribute]) => {
      const { nested, computed, ...rest } = attribute;
      return [
        name,
        {
          ...rest,
          computed: computed === true || attribute.default !== undefined,
          ...(nested && {
            nested_type: {
              nesting_mode: nested.mode,
              attributes: asReal(nested.attributes),
            },
          }),
        },
      ];
    }),
  );
}

(MIRROR ? test : test.skip)(
  "has the schemas of the real provider",
  () => {
    const directory = mkdtempSync(join(tmpdir(), "provider-test-"));
    const config = join(directory, "terraform.rc");
    writeFileSync(
      config,
      `provider_installation {\n filesystem_mirror { path = ${JSON.stringify(MIRROR)} }\n}\n`,
    );
    const source = {
      source: "cloudflare/cloudflare",
      version: PROVIDER_VERSION,
    };
    writeFileSync(
      join(directory, "main.tf.json"),
      JSON.stringify({
        terraform: { required_providers: { cloudflare: source } },
      }),
    );
    const terraform = (...args: string[]) =>
      execFileSync("terraform", args, {
        cwd: directory,
        maxBuffer: 2 ** 28,
        encoding: "utf8",
        env: {
          PATH: process.env["PATH"],
          HOME: directory,
          TF_CLI_CONFIG_FILE: config,
          CHECKPOINT_DISABLE: "1",
        },
      });
    type Table = { [type: string]: { block: { attributes: RealAttributes } } };
    terraform("init");
    const { provider_schemas } = JSON.parse(
      terraform("providers", "schema", "-json"),
    ) as {
      provider_schemas: {
        [address: string]: {
          provider: Table[string];
          resource_schemas: Table;
          data_source_schemas: Table;
        };
      };
    };
    rmSync(directory, { recursive: true, force: true });
    const [real] = Object.values(provider_schemas);
    const standIn = cloudflareProvider({
      environment: {},
      version: PROVIDER_VERSION,
    });

    // Newer ones have attributes that nothing here sets or reads, and demand
    // less: what ours has, they must have.
    const names = (found: string[]) => found.map((one) => one.split(":")[0]);
    const compare = (ours: string[], theirs: string[]) =>
      PROVIDER_VERSION === DEFAULT_PROVIDER
        ? expect(ours).toEqual(theirs)
        : expect(names(theirs)).toEqual(expect.arrayContaining(names(ours)));
    compare(
      lines("", asReal(standIn.schema.attributes)),
      lines("", real!.provider.block.attributes),
    );
    for (const [type, { schema }] of Object.entries(standIn.resources))
      compare(
        lines(type, asReal(schema.attributes)),
        lines(type, real!.resource_schemas[type]!.block.attributes),
      );
    for (const [type, { schema }] of Object.entries(standIn.dataSources))
      compare(
        lines(type, asReal(schema.attributes)),
        lines(type, real!.data_source_schemas[type]!.block.attributes),
      );
  },
  300_000,
);
