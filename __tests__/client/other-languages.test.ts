import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { allowAda, protect, serviceAuth } from "../local/edge/support";
import { HOST, startClientLab, type ClientLab } from "./world";

const GUIDE = readFileSync(join(__dirname, "../../docs/clients.md"), "utf8");

/** The block of the guide in a language, as a reader would copy it. */
function example(language: string): string {
  const found = new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``).exec(GUIDE);
  if (!found?.[1]) throw new Error(`docs/clients.md has no ${language}`);
  return found[1];
}

let lab: ClientLab;
let folder: string;

beforeEach(async () => {
  lab = await startClientLab();
  folder = mkdtempSync(join(tmpdir(), "clients-"));
  writeFileSync(join(folder, "ca.pem"), lab.edge.caPem);
});
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  await lab.close();
});

function environment(): NodeJS.ProcessEnv {
  const { policy, token } = serviceAuth(lab);
  protect(lab, [policy, allowAda]);
  return {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    COMFYUI_ACCESS_CLIENT_ID: token.client_id,
    COMFYUI_ACCESS_CLIENT_SECRET: token.client_secret,
  };
}

async function run(command: string, args: string[], env: NodeJS.ProcessEnv) {
  const child = spawn(command, args, {
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (data: Buffer) => (output += String(data)));
  const code = await new Promise((done) => child.once("close", done));
  return { code, output };
}

const has = (command: string, ...args: string[]) =>
  spawnSync(command, args).status === 0;

(has("curl", "--version") ? describe : describe.skip)("curl", () => {
  test("gets in as the guide shows, with the secret off its command line", async () => {
    const script = example("sh");
    // How this test finds the edge; the world needs none of it.
    const lead = `curl() { command curl --cacert '${folder}/ca.pem' --connect-to '${HOST}:443:127.0.0.1:${lab.edge.port}' "$@"; }\n`;

    const { code, output } = await run(
      "sh",
      ["-c", lead + script],
      environment(),
    );

    expect({ code, output }).toEqual({
      code: 0,
      output: "origin GET /queue ",
    });
    expect(script).not.toMatch(/(-H|--header) [^@]*_SECRET/);
  });
});

(has("python3", "-c", "import requests") ? describe : describe.skip)(
  "Python",
  () => {
    // How this test finds the edge; the world needs none of it.
    const lead = () => `
import socket
_found = socket.getaddrinfo
socket.getaddrinfo = lambda host, port, *rest, **more: _found("127.0.0.1", ${lab.edge.port}, *rest, **more)
`;

    test("gets in as the guide shows", async () => {
      const file = join(folder, "example.py");
      writeFileSync(file, lead() + example("python"));

      const { code, output } = await run("python3", [file], {
        ...environment(),
        REQUESTS_CA_BUNDLE: join(folder, "ca.pem"),
      });

      expect(output).toContain("origin GET /queue");
      expect(code).toBe(0);
    });

    test("notices a refusal", async () => {
      const file = join(folder, "example.py");
      writeFileSync(file, lead() + example("python"));

      const { code, output } = await run("python3", [file], {
        ...environment(),
        COMFYUI_ACCESS_CLIENT_SECRET: "wrong",
        REQUESTS_CA_BUNDLE: join(folder, "ca.pem"),
      });

      expect(output).toContain("Access refused");
      expect(code).not.toBe(0);
    });
  },
);
