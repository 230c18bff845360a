import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { findCaddy, startCaddy } from "../../../local/origins/caddy";
import { onThisMachine } from "../../../local/origins/caddy-config";
import { Network } from "../../../local/network";
import { ask, firstMessage, withOrigins } from "./support";

const caddy = findCaddy();

const gates: [string, boolean][] = [["the built-in router", false]];
if (caddy !== undefined) gates.push(["a real Caddy", true]);

describe.each(gates)("%s", (_name, useCaddy) => {
  test("hands each public host to its service", async () => {
    await withOrigins(useCaddy, async ({ network, viaCaddy }) => {
      expect(viaCaddy).toBe(useCaddy);
      const at = (host: string) => ask(network, "caddy:80", "/", { host });
      expect((await at("comfyui.example.com")).text).toContain("ComfyUI");
      expect((await at("N8N.example.com:80")).text).toContain("n8n");
      expect(await at("other.example.com")).toMatchObject({
        status: 200,
        text: "",
      });
    });
  });

  test("passes WebSockets and long streams", async () => {
    await withOrigins(useCaddy, async ({ network }) => {
      const host = "comfyui.example.com";
      expect(await firstMessage(network, "caddy:80", "/ws", host)).toContain(
        '"type":"status"',
      );
      const video = await ask(network, "caddy:80", "/view?filename=a", {
        host,
      });
      expect(video.text).toHaveLength(8 * 1024 * 1024);
    });
  });

  const FIRST_PAGE = {
    "sec-fetch-site": "cross-site",
    "sec-fetch-mode": "navigate",
    "sec-fetch-dest": "document",
  };
  const DEST = "sec-fetch-dest";
  const MODE = "sec-fetch-mode";
  test.each([
    [200, "GET", "/", {}],
    [200, "GET", "/?workflow=1", {}],
    [403, "GET", "/", { [DEST]: "iframe" }],
    [403, "GET", "/", { [MODE]: "cors", [DEST]: "empty" }],
    [403, "GET", "/", { [MODE]: "no-cors", [DEST]: "image" }],
    [403, "POST", "/", {}],
    [403, "POST", "/prompt", {}],
    [403, "GET", "/queue", {}],
    [403, "GET", "/api/queue", {}],
    [403, "GET", "/view?filename=/", {}],
    [403, "GET", "//", {}],
    [403, "GET", "/%2F", {}],
    [403, "GET", "/./", {}],
    [403, "GET", "/%2e/", {}],
    [403, "GET", "/;", {}],
  ])(
    "answers %d to a cross-site %s %s with %j: ComfyUI's guard stays but for its page",
    async (status, method, path, other) => {
      await withOrigins(useCaddy, async ({ network }) => {
        const host = "comfyui.example.com";
        const headers = { ...FIRST_PAGE, ...other };
        const asking = { method, host, headers };
        const answer = await ask(network, "caddy:80", path, asking);
        expect(answer.status).toBe(status);
      });
    },
  );

  test("leaves a WebSocket of another site refused", async () => {
    await withOrigins(useCaddy, async ({ network }) => {
      const headers = {
        "sec-fetch-site": "cross-site",
        "sec-fetch-mode": "websocket",
        "sec-fetch-dest": "empty",
      };
      const host = "comfyui.example.com";
      expect(
        await firstMessage(network, "caddy:80", "/ws", host, headers),
      ).toBe(403);
    });
  });

  test("is gone after close", async () => {
    let port = 0;
    await withOrigins(useCaddy, async ({ network }) => {
      ({ port } = network.find("caddy:80")!);
    });
    const [error] = (await once(
      createConnection(port, "127.0.0.1"),
      "error",
    )) as [NodeJS.ErrnoException];
    expect(error.code).toBe("ECONNREFUSED");
  });
});

const withCaddy = caddy === undefined ? test.skip : test;
const skipped = caddy === undefined ? " (skipped: no Caddy on PATH)" : "";

describe("in a process of its own", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "origins-test-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const caddyFolders = async () =>
    (await readdir(folder)).filter((name) => name.includes("caddy"));

  /** Starts origins there; they are closed when it is told so. */
  async function startElsewhere() {
    const start = join(__dirname, "../../../local/origins/start.ts");
    const script = `
      require(${JSON.stringify(start)}).startOrigins({ hosts: {} }).then(({ network, close }) => {
        console.log(network.find("caddy:80").port);
        process.stdin.once("data", () => close().then(() => process.exit()));
      });`;
    const child = spawn(
      process.execPath,
      ["--import", require.resolve("tsx"), "-e", script],
      {
        env: { ...process.env, TMPDIR: folder },
        stdio: ["pipe", "pipe", "inherit"],
      },
    );
    const exited = once(child, "exit");
    const [line] = (await once(child.stdout, "data")) as [Buffer];
    return { child, exited, port: Number(String(line)) };
  }

  withCaddy(`leaves no folder when it is closed${skipped}`, async () => {
    const { child, exited } = await startElsewhere();
    expect(await caddyFolders()).toHaveLength(1);
    child.stdin.write("close");
    await exited;
    expect(await caddyFolders()).toEqual([]);
  });

  withCaddy(`leaves nothing when it is killed${skipped}`, async () => {
    const { child, exited, port } = await startElsewhere();
    const connection = createConnection(port, "127.0.0.1");
    connection.on("error", () => undefined);
    await once(connection, "connect");
    // A reset ends it as well, and `once` would fail with it.
    const gone = new Promise((done) => connection.once("close", done));

    child.kill("SIGKILL");
    await exited;
    await gone; // Only Caddy's own end closes an idle connection to it.
    while ((await caddyFolders()).length > 0) await setTimeout(20);
  });
});

test("is undefined where no Caddy is installed", () => {
  expect(findCaddy({ PATH: "/nowhere" })).toBeUndefined();
  expect(findCaddy({ PATH: "", CADDY_PATH: "/nowhere" })).toBeUndefined();
});

test("fails with what Caddy said where it does not start", async () => {
  const folder = await mkdtemp(join(tmpdir(), "origins-test-"));
  try {
    const program = join(folder, "caddy");
    await writeFile(program, "#!/bin/sh\necho 'no such module' >&2; exit 1\n");
    await chmod(program, 0o700);
    await expect(
      startCaddy(program, "http://a {\n}", new Network()),
    ).rejects.toThrow(/no such module/);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("tells Caddy to listen on loopback only, without admin or certificates", () => {
  const network = new Network();
  network.add("a:80", 9000);
  const upstreams = [{ dial: "a:80" }, { dial: "unknown:80" }];
  const server = { listen: [":80"], routes: [{ handle: [{ upstreams }] }] };
  const adapted = { apps: { http: { servers: { srv0: server } } } };
  expect(onThisMachine(adapted, 8080, network)).toEqual({
    admin: { disabled: true, config: { persist: false } },
    apps: {
      http: {
        servers: {
          srv0: {
            listen: ["127.0.0.1:8080"],
            automatic_https: { disable: true },
            routes: [
              {
                handle: [
                  {
                    upstreams: [
                      { dial: "127.0.0.1:9000" },
                      // Nobody listens there.
                      { dial: "127.0.0.1:1" },
                    ],
                  },
                ],
              },
            ],
          },
        },
      },
    },
  });
});
