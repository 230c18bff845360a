import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/**
 * A Caddy with the site that people write first, by its bare name: it takes
 * HTTPS for granted, and redirects what comes without.
 */
export async function redirectingCaddy(program: string, host: string) {
  const folder = mkdtempSync(join(tmpdir(), "caddy-"));
  const file = join(folder, "Caddyfile");
  const [port, tls] = [await freePort(), await freePort()];
  writeFileSync(
    file,
    `{
  admin off
  local_certs
  skip_install_trust
  http_port ${port}
  https_port ${tls}
}
${host} {
  bind 127.0.0.1
  reverse_proxy 127.0.0.1:1
}
`,
  );
  const child = spawn(program, ["run", "--config", file], {
    env: { HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder },
    stdio: ["ignore", "ignore", "pipe"],
  });
  for await (const line of createInterface(child.stderr))
    if (line.includes("serving initial configuration")) break;
  child.stderr.resume();
  return {
    port,
    async close() {
      child.kill();
      await once(child, "close");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
