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

test("says of an older version's state, with a field less, what to do", async () => {
  const service = { ...SERVICE, access_app_id: undefined };
  state({ service, service_tokens: [] }, "tunnel_route");
  const said = await message();
  expect(said).toContain(
    '"comfyui" was deployed by an older version of this project: its state has no service.access_app_id. Deploy it again, which only updates it: npm run deploy -- comfyui.',
  );
  expect(said).not.toContain("no service deployed");
  await expect(read()).rejects.toBeInstanceOf(UsageError);
});

test.each([
  ["a route and no output", {}, ["tunnel_route"]],
  ["no tokens", { service: SERVICE }, ["tunnel_route"]],
  ["its tokens alone, as a cut deploy leaves it", { service_tokens: [] }, []],
])(
  "says that a deploy may not have finished, of a state with %s",
  async (_, outputs, types) => {
    state(outputs, ...types);
    expect(await message()).toMatch(
      /does not describe its service: the last deploy or destroy did not finish, or an older .*Deploy it again: npm run deploy -- comfyui\.$/,
    );
  },
);

test.each([
  ["there is no state", undefined],
  ["the state is empty, as after a destroy", []],
  ["another stack is deployed", ["cloudflare_zero_trust_access_group"]],
])("says that nothing is deployed where %s", async (_, types) => {
  if (types) state({}, ...types);
  await expect(read()).rejects.toBeInstanceOf(NotDeployed);
});
