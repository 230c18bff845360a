import { spawn, spawnSync } from "node:child_process";
import {
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Service } from "../probe/world";

const ROOT = join(__dirname, "../..");
const GUIDE = readFileSync(join(ROOT, "docs/clients.md"), "utf8");

/** A block of the guide by what stands beside its fence, as a reader would copy it. */
function example(language: string): string {
  const found = new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``).exec(GUIDE);
  if (!found?.[1]) throw new Error(`docs/clients.md has no ${language}`);
  return found[1];
}

let service: Service;
let folder: string;
beforeEach(async () => {
  service = await Service.deploy();
  folder = mkdtempSync(join(tmpdir(), "clients-"));
  writeFileSync(join(folder, "ca.pem"), service.cloudflare.edge.caPem);
  writeFileSync(join(folder, "cat.png"), "pixels");
  writeFileSync(join(folder, "workflow.json"), '{"1":{"class_type":"x"}}');
  for (const name of ["client", "node_modules"])
    symlinkSync(join(ROOT, name), join(folder, name));
});
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  await service.close();
});

async function run(command: string, args: string[], secret?: string) {
  const { clientId, clientSecret } = service.deployed.token!;
  const child = spawn(command, args, {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      PYTHONPATH: process.env.PYTHONPATH,
      COMFYUI_ACCESS_CLIENT_ID: clientId,
      COMFYUI_ACCESS_CLIENT_SECRET: secret ?? clientSecret,
      REQUESTS_CA_BUNDLE: join(folder, "ca.pem"),
      SSL_CERT_FILE: join(folder, "ca.pem"),
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (data: Buffer) => (output += String(data)));
  const code = await new Promise((done) => child.once("close", done));
  return { code, output };
}

// How a test finds the edge; the world needs none of it.
const node = (script: string) => {
  const { caPem, port } = service.cloudflare.edge;
  writeFileSync(
    join(folder, "lead.mts"),
    `import { Agent, buildConnector, setGlobalDispatcher } from "undici";
const connect = buildConnector({ ca: ${JSON.stringify(caPem)} });
setGlobalDispatcher(new Agent({ connect: (options, done) => connect(
  { ...options, servername: options.hostname, hostname: "127.0.0.1", port: "${port}" }, done) }));
`,
  );
  writeFileSync(join(folder, "example.mts"), script);
  const tsx = join(ROOT, "node_modules/tsx/dist/cli.mjs");
  return [tsx, "--import", "./lead.mts", "example.mts"];
};
const python = (script: string) => {
  writeFileSync(
    join(folder, "example.py"),
    `import socket as _socket
_found = _socket.getaddrinfo
_socket.getaddrinfo = lambda host, port, *rest, **more: _found("127.0.0.1", ${service.cloudflare.edge.port}, *rest, **more)
${script}`,
  );
  return ["example.py"];
};

const hasPython =
  spawnSync("python3", ["-c", "import requests, websockets"]).status === 0;

test("the short example in TypeScript runs as it is written", async () => {
  const { code, output } = await run(process.execPath, node(example("ts")));

  expect(output).toMatch(/^queue .*"queue_running"/m);
  expect(output).toMatch(/^stats 200\nsocket true$/m);
  expect(code).toBe(0);
});

test("the guide has no code but what tests run", () => {
  const fences = [...GUIDE.matchAll(/^```(\S.*)$/gm)].map(([, of]) => of);
  expect(fences).toEqual([
    ...["ts", "python", "ts comfyui", "python comfyui", "sh", "text"],
  ]);
});

describe.each([
  ["ts", process.execPath, node, true],
  ["python", "python3", python, hasPython],
] as const)("the ComfyUI client in %s", (language, command, lead, there) => {
  const here = there ? test : test.skip;

  here("queues a workflow and hears of it", async () => {
    const { code, output } = await run(
      command,
      lead(example(`${language} comfyui`)),
    );

    expect(output).toMatch(/uploaded \d{3}\n/);
    expect(output).toMatch(/queued .*"prompt_id"/);
    expect(output).toContain("told status");
    expect(code).toBe(0);
  });

  here("says where Access refuses it, without the secret", async () => {
    const args = lead(example(`${language} comfyui`));
    const { code, output } = await run(command, args, "hush-hush");

    expect(output).toContain("Access refused");
    expect(output).not.toContain("hush-hush");
    expect(code).not.toBe(0);
  });
});
