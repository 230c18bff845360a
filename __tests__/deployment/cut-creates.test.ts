import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NOTHING_LEFT } from "../../base/cut-create";
import { takeInCutCreates } from "../../deployment/cut-creates";

const ROUTE = "a1/t1/app.x.io/^/webhook";
const APP = "a1 application app1";
const PIN = "a1 one-time PIN";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "cut-creates-"));
  mkdirSync(join(dir, "journal"));
  write("cdk.tf.json", {
    terraform: { backend: { local: { path: "terraform.tfstate" } } },
    resource: {
      tunnel_route: {
        hooks: { account_id: "a1", hostname: "app.x.io", path: "^/webhook" },
        page: { account_id: "a1", hostname: "app.x.io" },
      },
      tunnel_existing_application: {
        app: { account_id: "a1", app_id: "app1", hostname: "app.x.io" },
      },
      tunnel_one_time_pin: { pin: { account_id: "a1", name: "Code" } },
    },
  });
  state([]);
});
afterEach(() => rmSync(dir, { recursive: true }));

function write(name: string, content: object): void {
  writeFileSync(join(dir, name), JSON.stringify(content));
}

function note(...ids: readonly string[]): void {
  for (const [index, id] of ids.entries())
    write(join("journal", `${index}.json`), { id, claim: "", written: [] });
}

/** What the state has, each by its type, name and attributes. */
function state(all: readonly (readonly [string, string, object])[]): void {
  write("terraform.tfstate", {
    version: 4,
    resources: all.map(([type, name, attributes]) => ({
      ...{ mode: "managed", type, name },
      instances: [{ attributes }],
    })),
  });
}

/** What Terraform is asked to import, of a program in its place. */
async function imported(says = ""): Promise<string[]> {
  const program = join(dir, "terraform");
  const calls = join(dir, "calls");
  writeFileSync(
    program,
    `#!/bin/sh\necho "$4 $5" >> '${calls}'\n[ -z '${says}' ] || { echo '${says}'; exit 1; }\n`,
  );
  chmodSync(program, 0o755);
  await takeInCutCreates(
    { name: "web", dir, dependencies: [], warnings: [] },
    { env: { ...process.env, ...ENV(program) } },
  );
  return existsSync(calls)
    ? readFileSync(calls, "utf8").trim().split("\n").sort()
    : [];
}

const ENV = (program: string) => ({
  ACCESS_STATE_DIR: dir,
  TERRAFORM_BINARY_NAME: program,
});

const ALL = [
  "tunnel_existing_application.app cut:a1/app1",
  "tunnel_one_time_pin.pin cut:a1/Code",
  `tunnel_route.hooks cut:${ROUTE}`,
];

test("what the journal notes and no state knows is imported", async () => {
  note(ROUTE, APP, PIN, "a1/t1/another.x.io", "a2/t1/app.x.io");
  expect(await imported()).toEqual(ALL);
});

test("what the state knows is not, by whatever name", async () => {
  note(ROUTE, APP, PIN);
  state([
    ["tunnel_route", "hooks", { id: ROUTE, hostname: "old.x.io" }],
    [
      "tunnel_existing_application",
      "renamed",
      { id: "app1", app_id: "app1", hostname: "app.x.io" },
    ],
    ["tunnel_one_time_pin", "renamed", { id: "pin1", made: true }],
  ]);
  expect(await imported()).toEqual([]);
});

test("an application that the state has for another host is not, with a note or without", async () => {
  state([
    ["cloudflare_zero_trust_access_policy", "people", { id: "p1" }],
    [
      "tunnel_existing_application",
      "old",
      { id: "app1", app_id: "app1", hostname: "old.x.io" },
    ],
  ]);
  expect(await imported()).toEqual([]);
  note(APP);
  expect(await imported()).toEqual([]);
});

test("without a note an application is asked about by the stack's policies, which it may list", async () => {
  const policy = "cloudflare_zero_trust_access_policy";
  state([
    [policy, "people", { id: "p1" }],
    [policy, "machines", { id: "p2" }],
  ]);
  expect(await imported()).toEqual([
    "tunnel_existing_application.app cut:a1/app1/p1+p2",
  ]);
});

test("that nothing is left of it ends nothing, and any other failure does", async () => {
  note(ROUTE, APP, PIN);
  expect(await imported(NOTHING_LEFT)).toEqual(ALL);
  await expect(imported("Error: no network")).rejects.toThrow("no network");
});
