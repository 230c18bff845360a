import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { atLength } from "../at-length";
import { caddyfile } from "../../services/caddyfile";
import { runScript, TIMEOUT } from "../deployment/world";
import type { Config } from "../stacks/app";

jest.setTimeout(TIMEOUT);

const PROJECT = resolve(__dirname, "../..");
const dir = mkdtempSync(join(tmpdir(), "caddyfile-"));
afterAll(() => rmSync(dir, { recursive: true }));

function run(services?: Config["services"], ...args: string[]) {
  return runScript("caddyfile", args, {
    PATH: process.env.PATH,
    HOME: dir,
    ACCESS_ENV_FILE: "",
    ACCESS_STATE_DIR: join(dir, "state"),
    ACCESS_ALLOWED_EMAILS: "ann@example.com",
    CDKTF_OUTPUT: join(dir, "out"),
    CLOUDFLARE_ACCOUNT_ID: "0123456789abcdef0123456789abcdef",
    CLOUDFLARE_TUNNEL: "home",
    CLOUDFLARE_ZONE: "example.com",
    GOOGLE_CLIENT_ID: "1.apps.googleusercontent.com",
    ...(services && {
      CDKTF_APP: `${process.execPath} --require ./typescript.js ${join(PROJECT, "__tests__/stacks/app.ts")}`,
      STACKS_UNDER_TEST: JSON.stringify({ services } satisfies Config),
    }),
  });
}

const COMFYUI = {
  host: "comfyui.example.com",
  upstream: "http://comfyui:8188",
  refusesCrossSite: true,
};

const written = (text: string) =>
  `# Written by \`npm run caddyfile\`: change main.ts instead, or import this file from yours.\n${text}`;

test("prints the file for main.ts", async () => {
  expect(await run()).toEqual({
    code: 0,
    stderr: "",
    stdout: written(caddyfile([COMFYUI])),
  });
});

const SERVICES: Config["services"] = {
  comfyui: { service: "comfyui", hostname: "comfyui.example.com" },
  n8n: {
    service: "n8n",
    hostname: "n8n.example.com",
    serviceUrl: "http://caddy:8080",
    httpHostHeader: "n8n.internal:5678",
    openPaths: ["/webhook"],
  },
  chat: {
    service: "openWebui",
    hostname: "chat.example.com",
    serviceUrl: "http://open-webui:8080",
  },
};

test("has the port, the Host header and the address of each service, and names those that need no Caddy", async () => {
  const { code, stderr, stdout } = await run(SERVICES);
  expect(code).toBe(0);
  expect(stderr).toBe(
    "chat is not in it: the tunnel leads straight to http://open-webui:8080.\n",
  );
  expect(stdout).toBe(
    written(
      caddyfile([
        COMFYUI,
        { host: "n8n.internal", port: 8080, upstream: "http://n8n:5678" },
      ]),
    ),
  );
});

test("takes the services that are named, and prints JSON", async () => {
  const { code, stdout } = await run(SERVICES, "comfyui", "chat", "--json");
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    caddyfile: caddyfile([COMFYUI]),
    services: [
      { name: "comfyui", serviceUrl: "http://caddy:80" },
      { name: "chat", left: expect.stringContaining("straight") },
    ],
  });
});

describe("--write", () => {
  const file = join(dir, "Caddyfile");
  const left = () => [readFileSync(file, "utf8"), readdirSync(dir).sort()];
  const write = (services?: Config["services"]) =>
    run(services, "--write", file);

  test("writes the file, and again over its own", async () => {
    for (const services of [SERVICES, undefined])
      expect(await write(services)).toMatchObject({ code: 0, stdout: "" });
    expect(left()[0]).toBe(written(caddyfile([COMFYUI])));
  });

  atLength(
    "leaves the file as it was where no service needs Caddy",
    async () => {
      const before = left();
      const { code, stderr } = await write({ chat: SERVICES.chat! });
      expect([code, left()]).toEqual([1, before]);
      expect(stderr).toContain(
        `No service needs Caddy: ${file} is left as it is`,
      );
    },
  );

  atLength("leaves the file as it was where the code is at fault", async () => {
    const before = left();
    const bad = { ...SERVICES.comfyui!, httpHostHeader: "[::1]:8080" };
    expect(await write({ comfyui: bad })).toMatchObject({ code: 2 });
    expect(left()).toEqual(before);
  });

  test("never writes over a file of somebody else's", async () => {
    writeFileSync(file, "http://wiki.example.com {\n}\n");
    const before = left();
    const { code, stderr } = await write(SERVICES);
    expect([code, left()]).toEqual([2, before]);
    expect(stderr).toContain('add the line "import Caddyfile.access" to yours');
  });
});

atLength(
  "prints a comment, and fails, where no service needs Caddy",
  async () => {
    expect(await run({ chat: SERVICES.chat! })).toMatchObject({
      code: 1,
      stdout: "# No service needs Caddy.\n",
    });
  },
);

test("refuses what Caddy could not tell apart, all of it", async () => {
  const same = { httpHostHeader: "localhost" };
  const { code, stderr, stdout } = await run({
    comfyui: { ...SERVICES.comfyui!, ...same },
    n8n: { ...SERVICES.n8n!, ...same, serviceUrl: "http://caddy:80" },
    chat: {
      ...SERVICES.chat!,
      serviceUrl: "http://caddy:80",
      httpHostHeader: "[::1]:8080",
    },
  });
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toContain(
    "comfyui and n8n both reach Caddy with the Host header localhost",
  );
  expect(stderr).toContain('chat has the httpHostHeader "[::1]"');
});

test("refuses a name that main.ts does not have", async () => {
  const { code, stderr } = await run(undefined, "comfy");
  expect(code).toBe(2);
  expect(stderr).toContain('no stack "comfy"');
});
