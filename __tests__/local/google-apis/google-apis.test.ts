import {
  startGoogleApis,
  type GoogleApis,
} from "../../../local/google-apis/server";

let apis: GoogleApis;
beforeEach(async () => {
  apis = await startGoogleApis();
});
afterEach(() => apis.close());

type Variable =
  | "GOOGLE_SECRET_MANAGER_CUSTOM_ENDPOINT"
  | "GOOGLE_SERVICE_USAGE_CUSTOM_ENDPOINT";

async function call(
  api: Variable,
  method: string,
  path: string,
  body?: object,
  token = apis.cloud.accessToken,
) {
  const url = `${apis.environment[api]}projects/${apis.cloud.projectId}/${path}`;
  const answer = await fetch(url, {
    method,
    headers: { authorization: `Bearer ${token}` },
    ...(body && { body: JSON.stringify(body) }),
  });
  const json = (await answer.json()) as Record<string, unknown>;
  return { status: answer.status, json };
}

const secrets = (method: string, path: string, body?: object) =>
  call("GOOGLE_SECRET_MANAGER_CUSTOM_ENDPOINT", method, path, body);

const switchOn = () => apis.cloud.services.add("secretmanager.googleapis.com");

const data = (text: string) => ({
  payload: { data: Buffer.from(text).toString("base64") },
});

test("refuses Secret Manager until the project has switched it on", async () => {
  const refused = await secrets("GET", "secrets/A");
  expect(refused.status).toBe(403);
  expect(refused.json).toMatchObject({
    error: { details: [{ reason: "SERVICE_DISABLED" }] },
  });

  const api = "GOOGLE_SERVICE_USAGE_CUSTOM_ENDPOINT";
  const path = "services/secretmanager.googleapis.com";
  const { json } = await call(api, "POST", `${path}:enable`, {});
  expect((await secrets("GET", "secrets/A")).status).toBe(403);
  await fetch(`${apis.environment[api]}${String(json.name)}`, {
    headers: { authorization: `Bearer ${apis.cloud.accessToken}` },
  });
  expect((await secrets("GET", "secrets/A")).status).toBe(404);
});

test("gives out the newest version as latest, and not one that is disabled or destroyed", async () => {
  switchOn();
  const made = { replication: { automatic: {} } };
  await secrets("POST", "secrets?secretId=A", made);
  expect((await secrets("POST", "secrets?secretId=A", made)).status).toBe(409);
  expect((await secrets("GET", "secrets/A/versions/latest")).status).toBe(404);

  await secrets("POST", "secrets/A:addVersion", data("one"));
  await secrets("POST", "secrets/A:addVersion", data("two"));
  const latest = await secrets("GET", "secrets/A/versions/latest:access");
  expect(latest.json).toMatchObject({
    name: "projects/100000000001/secrets/A/versions/2",
    ...data("two"),
  });

  await secrets("POST", "secrets/A/versions/2:disable", {});
  const disabled = await secrets("GET", "secrets/A/versions/latest:access");
  expect(disabled.json).toMatchObject({
    error: { status: "FAILED_PRECONDITION" },
  });
  await secrets("POST", "secrets/A/versions/2:destroy", {});
  const back = await secrets("POST", "secrets/A/versions/2:enable", {});
  expect(back.status).toBe(400);
  const list = await secrets("GET", "secrets/A/versions");
  expect(list.json).toMatchObject({
    versions: [{ state: "DESTROYED" }, { state: "ENABLED" }],
  });
});

test.each([
  ["a name with a dot", "secrets?secretId=A.B", { replication: {} }],
  ["no replication", "secrets?secretId=A", {}],
])("fails with 400 for %s", async (_what, path, body) => {
  switchOn();
  expect((await secrets("POST", path, body)).status).toBe(400);
});

test("fails with 400 for more than 64 KiB", async () => {
  switchOn();
  await secrets("POST", "secrets?secretId=A", { replication: {} });
  const most = 64 * 1024;
  for (const [length, status] of [
    [most, 200],
    [most + 1, 400],
  ] as const) {
    const body = data("x".repeat(length));
    const added = await secrets("POST", "secrets/A:addVersion", body);
    expect(added.status).toBe(status);
  }
});

test("fails with 401 for another token, 403 for another project, 501 for what it lacks", async () => {
  switchOn();
  const api = "GOOGLE_SECRET_MANAGER_CUSTOM_ENDPOINT";
  expect((await call(api, "GET", "secrets/A", undefined, "x")).status).toBe(
    401,
  );
  expect((await secrets("GET", "../other/secrets/A")).status).toBe(403);
  const { json, status } = await secrets("GET", "locations");
  expect(status).toBe(501);
  expect(json).toMatchObject({
    error: { message: expect.stringContaining("GET /v1/projects/") as string },
  });
});

test("notes calls without what they carried", async () => {
  switchOn();
  await secrets("POST", "secrets?secretId=A", { replication: {} });
  await secrets("POST", "secrets/A:addVersion", data("one"));
  expect(apis.calls.at(-1)).toEqual({
    method: "POST",
    path: `secretmanager/v1/projects/${apis.cloud.projectId}/secrets/A:addVersion`,
    status: 200,
  });
});
