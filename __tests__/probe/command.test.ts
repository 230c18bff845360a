import {
  chmodSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { readOwnDoings } from "../../account/own-doings";
import { run } from "../../deployment/processes";
import { CHECKLIST } from "../../probe/checklist";
import { cast } from "../../rehearsal/cast";
import { HOST, Service } from "./world";

const PROJECT = resolve(__dirname, "../..");

let service: Service;
let dir: string;
beforeEach(async () => {
  service = await Service.deploy();
  dir = mkdtempSync(join(tmpdir(), "probe-command-"));
  writeFileSync(join(dir, "ca.pem"), service.cloudflare.edge.caPem);
  const stack = (name: string) => ({
    name,
    workingDirectory: ".",
    dependencies: [],
  });
  program("app", "app.json", {
    stacks: { comfyui: stack("comfyui"), again: stack("again") },
  });
  program("terraform", "outputs.json", outputs());
});
afterEach(async () => {
  rmSync(dir, { recursive: true });
  await service.close();
});

/** Stands in for the app and for Terraform, of which only the output is read. */
function program(name: string, file: string, content: object): void {
  const data = join(dir, file);
  writeFileSync(data, JSON.stringify(content));
  const target = name === "app" ? ' > "$CDKTF_OUTDIR/manifest.json"' : "";
  writeFileSync(join(dir, name), `#!/bin/sh\ncat "${data}"${target}\n`);
  chmodSync(join(dir, name), 0o700);
}

function outputs() {
  const { deployed, token } = service;
  return {
    service: {
      value: {
        name: deployed.name,
        hostname: HOST,
        aud: deployed.aud,
        access_app_id: "app",
        team_name: deployed.teamName,
        page_text: deployed.pageText,
        api_path: deployed.apiPath,
        web_socket_path: deployed.webSocketPath,
        local_url: deployed.localUrl,
        container_url: deployed.containerUrl,
        open_paths: [],
      },
    },
    service_tokens: {
      value: [
        {
          name: token.name,
          id: token.id,
          client_id: token.client_id,
          client_secret: token.client_secret,
          expires_at: token.expires_at,
        },
      ],
    },
  };
}

const command = (
  args: string[],
  env: NodeJS.ProcessEnv = {},
  onLine?: (line: string) => void,
) =>
  run(
    process.execPath,
    ["--require", "./typescript.js", "scripts/probe.ts", ...args],
    {
      cwd: PROJECT,
      onLine,
      env: {
        PATH: process.env.PATH,
        HOME: dir,
        TMPDIR: dir,
        NO_COLOR: "1",
        ACCESS_ENV_FILE: "",
        ACCESS_STATE_DIR: dir,
        ACCESS_EDGE: `127.0.0.1:${service.cloudflare.edge.port}`,
        ACCESS_EDGE_CA: join(dir, "ca.pem"),
        CDKTF_OUTPUT: dir,
        CDKTF_APP: join(dir, "app"),
        TERRAFORM_BINARY_NAME: join(dir, "terraform"),
        CLOUDFLARE_ACCOUNT_ID: service.account.id,
        CLOUDFLARE_API_TOKEN: cast(service.account).apiToken,
        CLOUDFLARE_BASE_URL: service.cloudflare.apiUrl,
        ...env,
      },
    },
  );

test("0: no promise is broken, for people and for CI", async () => {
  const file = join(dir, "probe.xml");
  const args = ["comfyui", "again", "--wait", "20", "--junit", file];
  const before = service.account.snapshot();
  const { code, output } = await command(args);
  // It changes nothing, so that a second one finds the same.
  expect(service.account.snapshot()).toEqual(before);
  expect(output).toMatch(/^ {2}kept {9}The tunnel checks Access's token: /m);
  expect(output).toMatch(/^again$/m);
  // Two people, two places inside and the machine's sockets.
  const kept = 2 * (CHECKLIST.length - 5);
  expect(output).toContain(`\n${kept} kept, 0 broken, 10 not checked`);
  expect(code).toBe(0);
  const xml = readFileSync(file, "utf8");
  expect(xml.match(/<testcase /g)).toHaveLength(2 * CHECKLIST.length);
  expect(xml + output).not.toContain(service.token.client_secret);

  // Sockets that opened included: else the log shows them as somebody's.
  const machines = service.account.accessLog.filter(
    ({ connection }) => connection === "nonidentity",
  );
  expect(machines.length).toBeGreaterThan(2);
  expect(readOwnDoings(dir).rays.map(({ ray }) => ray)).toEqual(
    expect.arrayContaining(machines.map(({ ray_id }) => ray_id)),
  );
});

test("1: one is, and JSON says why", async () => {
  await service.demand();
  const { code, stdout } = await command(["comfyui", "--json", "--wait", "0"]);
  const { comfyui } = JSON.parse(stdout) as {
    comfyui: { id: string; status: string; cause?: string }[];
  };
  expect(comfyui.filter(({ status }) => status === "broken")).toEqual([
    expect.objectContaining({
      id: "route-checks-token",
      cause: expect.stringContaining("requires no JWT"),
    }),
  ]);
  expect(code).toBe(1);
});

test("without an API token what needs it is not checked", async () => {
  const { code, output } = await command(["comfyui", "--wait", "20"], {
    CLOUDFLARE_API_TOKEN: "",
  });
  expect(output).toMatch(/not checked {2}No other host leads to .*API_TOKEN/);
  expect(code).toBe(0);
});

test("what does not hold yet is told in plain lines, and holds later", async () => {
  const { network } = service.cloudflare;
  const { port } = network.find("caddy:80")!;
  network.add("caddy:80", 1);
  const again = `${HOST}: "The API works with the service token" not confirmed yet, retrying`;
  const { code, output } = await command(
    ["comfyui", "--wait", "30"],
    {},
    (line) => {
      if (line === again) network.add("caddy:80", port);
    },
  );
  expect(output.split("\n")).toContain(again);
  expect(output).not.toContain("promises checked");
  expect(output).not.toContain("\u001b");
  expect(code).toBe(0);
});

describe("2: unusable", () => {
  test("a stack that is not deployed", async () => {
    program("terraform", "outputs.json", {});
    const { code, output } = await command(["comfyui", "again"]);
    expect(output).toMatch(/^- The stack "comfyui" has no service deployed/m);
    expect(output).toMatch(/^- The stack "again" has no service deployed/m);
    expect(code).toBe(2);
  });

  test("a report that has no folder to go to", async () => {
    const file = join(dir, "missing", "probe.xml");
    const { code, output } = await command(["comfyui", "--junit", file]);
    expect(output).toContain("does not exist: create it");
    expect(code).toBe(2);
  });
});
