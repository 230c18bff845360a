import {
  readPlannedService,
  readServiceOutputs,
  type ServiceOutputs,
} from "../../contract/service-outputs";

const OUTPUTS: ServiceOutputs = {
  service: {
    name: "ComfyUI",
    page_text: "ComfyUI",
    api_path: "/queue",
    local_url: "http://localhost:8188",
    container_url: "http://comfyui:8188",
    hostname: "comfyui.example.com",
    aud: "aud",
    access_app_id: "app",
    team_name: "team",
    open_paths: ["/webhook"],
  },
  service_tokens: [
    {
      name: "api",
      id: "t1",
      client_id: "id",
      client_secret: "secret",
      store: "google",
      google_client_id: "a",
      google_client_secret: "b",
    },
  ],
};

test("what a stack writes is read back", () => {
  expect(readServiceOutputs({ ...OUTPUTS }).service).toMatchObject({
    hostname: "comfyui.example.com",
    accessAppId: "app",
    openPaths: ["/webhook"],
    tokens: [{ name: "api", store: "google", held: { clientId: "a" } }],
  });
});

test("what came later may be missing", () => {
  const service = { ...OUTPUTS.service, open_paths: undefined };
  const token = { ...OUTPUTS.service_tokens[0], store: undefined };
  const outputs = { service, service_tokens: [token] };
  expect(readServiceOutputs(outputs).service).toMatchObject({
    openPaths: [],
    tokens: [{ name: "api", store: undefined }],
  });
});

test("a store that this version does not know counts as none", () => {
  const [token] = OUTPUTS.service_tokens;
  const outputs = { ...OUTPUTS, service_tokens: [{ ...token, store: "moon" }] };
  expect(readServiceOutputs(outputs).service?.tokens[0]?.store).toBe(undefined);
});

test.each([
  [
    "a field",
    { ...OUTPUTS, service: { ...OUTPUTS.service, access_app_id: undefined } },
    ["service.access_app_id"],
  ],
  ["the tokens", { service: OUTPUTS.service }, ["service_tokens"]],
  ["the service", { service_tokens: [] }, ["service"]],
  [
    "a token's field",
    { ...OUTPUTS, service_tokens: [{ name: "api" }] },
    ["service_tokens.0.id", "service_tokens.0.client_id"],
  ],
])(
  "an older version's outputs name %s that is missing",
  (_, outputs, missing) => {
    expect(readServiceOutputs(outputs)).toEqual({
      service: undefined,
      missing,
    });
  },
);

test.each([
  ["nothing", {}],
  ["those of another stack", { waivers: [] }],
])("%s is no service", (_, outputs) => {
  expect(readServiceOutputs(outputs)).toEqual({
    service: undefined,
    missing: [],
  });
});

test("a plan tells of a service what is known before it is deployed", () => {
  const planned = { ...OUTPUTS.service, aud: undefined };
  expect(readPlannedService({ service: planned })).toMatchObject({
    apiPath: "/queue",
    openPaths: ["/webhook"],
    allowedGroups: [],
  });
  expect(readPlannedService({})).toBeUndefined();
});
