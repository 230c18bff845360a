import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NotDeployed, readService } from "../../deployment/deployed-service";
import { UsageError } from "../../base/usage-error";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "deployed-service-"));
  const backend = { local: { path: "state.json" } };
  write("cdk.tf.json", { terraform: { backend } });
});
afterEach(() => rmSync(dir, { recursive: true }));

function write(file: string, content: object): void {
  writeFileSync(join(dir, file), JSON.stringify(content));
}

/** A state with these outputs and resources. */
function state(outputs: Record<string, unknown>, ...types: string[]): void {
  write("state.json", {
    version: 4,
    outputs: Object.fromEntries(
      Object.entries(outputs).map(([name, value]) => [name, { value }]),
    ),
    resources: types.map((type) => ({
      mode: "managed",
      type,
      name: "x",
      instances: [{ attributes: {} }],
    })),
  });
}

const read = () => readService({ name: "comfyui", dir }, { env: {} });
const message = () => read().then(String, (error: Error) => error.message);

const SERVICE = {
  name: "ComfyUI",
  page_text: "ComfyUI",
  api_path: "/queue",
  local_url: "http://localhost:8188",
  container_url: "http://comfyui:8188",
  hostname: "comfyui.example.com",
  aud: "aud",
  access_app_id: "app",
  team_name: "team",
};

test("reads a service", async () => {
  state({ service: SERVICE, service_tokens: [] });
  expect(await read()).toMatchObject({ hostname: "comfyui.example.com" });
});

test.each([
  [
    "a field less",
    { service: { ...SERVICE, access_app_id: undefined }, service_tokens: [] },
    "service.access_app_id",
  ],
  ["no tokens", { service: SERVICE }, "service_tokens"],
])(
  "says of an older version's state, with %s, what to do",
  async (_, outputs, missing) => {
    state(outputs, "tunnel_route");
    const said = await message();
    expect(said).toContain(
      `"comfyui" was deployed by an older version of this project: its state has no ${missing}. Deploy it again, which only updates it: npm run deploy -- comfyui.`,
    );
    expect(said).not.toContain("no service deployed");
    await expect(read()).rejects.toBeInstanceOf(UsageError);
  },
);

test("says so where the state has a route and describes no service", async () => {
  state({}, "tunnel_route");
  expect(await message()).toMatch(
    /is deployed, but .*older version .*or the last deploy did not finish\. Deploy it again/,
  );
});

test.each([
  ["there is no state", undefined],
  ["the state is empty, as after a destroy", []],
  ["another stack is deployed", ["cloudflare_zero_trust_access_group"]],
])("says that nothing is deployed where %s", async (_, types) => {
  if (types) state({}, ...types);
  await expect(read()).rejects.toBeInstanceOf(NotDeployed);
});
