import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { atLength } from "../at-length";
import { startDeployed, TIMEOUT, type Deployed } from "../secrets/deployed";

jest.setTimeout(TIMEOUT);

const PATH = "/queue";

let world: Deployed;
beforeAll(async () => {
  world = await startDeployed();
  await world.deploy();
});
afterAll(() => world.close());

function pair(secret?: string): NodeJS.ProcessEnv {
  const [token] = world.account.serviceTokens.values();
  const own = [...world.account.serviceTokens.values()].find(
    ({ name }) => name === "comfyui-api",
  );
  if (!token || !own) throw new Error("it is not deployed");
  return {
    COMFYUI_ACCESS_CLIENT_ID: own.client_id,
    COMFYUI_ACCESS_CLIENT_SECRET: secret ?? own.client_secret,
  };
}

const ORIGIN = ["--origin", "https://comfyui.datacrew.space"];

test("calls the service with the token of its stack", async () => {
  const { code, stderr, stdout } = await world.run("call", ["comfyui", PATH]);
  expect(stderr).toBe("");
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual(expect.any(Object));
});

test("takes the pair from the environment first, and a .env file; then needs no Terraform", async () => {
  const file = join(world.folder, "machine.env");
  writeFileSync(
    file,
    Object.entries(pair())
      .map(([name, value]) => `${name}=${value}\n`)
      .join(""),
  );
  const args = ["comfyui", PATH, "--json", ...ORIGIN];
  const nowhere = { TERRAFORM_BINARY_NAME: "no-terraform" };

  const fromFile = await world.run("call", args, {
    ...nowhere,
    ACCESS_ENV_FILE: file,
  });
  const wrong = await world.run("call", args, {
    ...nowhere,
    ...pair("wrong-by-far"),
  });

  expect(JSON.parse(fromFile.stdout)).toMatchObject({ status: 200 });
  expect(wrong.code).toBe(1);
  expect(wrong.stderr).toMatch(
    /Access refused[^]*What to do:[^]*refresh the token/,
  );
  expect(wrong.stderr).not.toContain("wrong-by-far");
});

describe("the service's machine", () => {
  const server = createServer((request, response) => {
    response.statusCode = request.method === "POST" ? 201 : 404;
    response.setHeader("set-cookie", ["n8n-auth=a-session", "b=c"]);
    response.setHeader("x-access-token", "a-secret");
    request.pipe(response);
  });
  beforeAll(async () => {
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  });

  test("is a plain call, and tells the answer's status", async () => {
    const { port } = server.address() as AddressInfo;
    const file = join(world.folder, "prompt.json");
    writeFileSync(file, '{"a":1}');
    const args = ["comfyui", "/prompt", "--origin", `http://127.0.0.1:${port}`];

    const post = await world.run("call", [...args, "-d", `@${file}`]);
    const get = await world.run("call", args);

    expect(post).toEqual({ code: 0, stdout: '{"a":1}', stderr: "" });
    expect(get).toMatchObject({ code: 1, stderr: "comfyui answered 404\n" });
  });

  test("prints cookies and tokens of an answer as JSON only where asked to", async () => {
    const { port } = server.address() as AddressInfo;
    const args = ["comfyui", "/prompt", "--json"];
    const origin = ["--origin", `http://127.0.0.1:${port}`];

    const hidden = await world.run("call", [...args, ...origin]);
    const shown = await world.run("call", [
      ...[...args, ...origin],
      "--show-secrets",
    ]);

    expect(hidden.stdout).not.toMatch(/a-session|a-secret/);
    expect(JSON.parse(hidden.stdout)).toMatchObject({
      status: 404,
      headers: { "set-cookie": "(hidden: --show-secrets)" },
    });
    expect(JSON.parse(shown.stdout)).toMatchObject({
      headers: {
        "set-cookie": "n8n-auth=a-session, b=c",
        "x-access-token": "a-secret",
      },
    });
  });
});

test("fails with 2 and all faults of what was given", async () => {
  const { code, stderr } = await world.run("call", [
    "comfyui",
    "prompt",
    "-H",
    "no colon",
    "--origin",
    "comfyui.example.com",
  ]);
  expect(stderr).toMatch(
    /must start with one slash[^]*--origin must be[^]*a header must/,
  );
  expect(code).toBe(2);
});

test.each(["//127.0.0.1:1/x", "/\\\\127.0.0.1:1/x", "/\\t/127.0.0.1:1/x"])(
  "asks no other host that a path names: %j",
  async (path) => {
    const { code, stderr } = await world.run("call", [
      "comfyui",
      path,
      ...ORIGIN,
    ]);
    expect(stderr).toMatch(/must start with one slash and name no host/);
    expect(code).toBe(2);
  },
);

test("fails with half a pair, naming the variable", async () => {
  const { code, stderr } = await world.run(
    "call",
    ["comfyui", PATH, ...ORIGIN],
    {
      COMFYUI_ACCESS_CLIENT_ID: "x.access",
    },
  );
  expect(stderr).toContain("COMFYUI_ACCESS_CLIENT_SECRET is not set");
  expect(code).toBe(2);
});

atLength("fails where nobody answers, with the cause", async () => {
  const { code, stderr } = await world.run("call", [
    "comfyui",
    "/",
    "--origin",
    "http://127.0.0.1:1",
  ]);
  expect(stderr).toMatch(/ECONNREFUSED|bad port/);
  expect(code).toBe(1);
});
