import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findCaddy } from "../../local/origins/caddy";
import { caddyfile } from "../../services/caddyfile";

const FILE = caddyfile([
  {
    host: "comfyui.example.com",
    upstream: "http://comfyui:8188",
    refusesCrossSite: true,
  },
  { host: "n8n.example.com", port: 8080, upstream: "http://n8n:5678" },
]);

test("each site is http only, and only one that refuses cross-site takes the header away", () => {
  const [comfyui, n8n] = FILE.split("\nhttp://");
  expect(comfyui).toMatch(/^http:\/\/comfyui\.example\.com \{\n/);
  expect(comfyui).toContain("request_header @first_page -Sec-Fetch-Site");
  expect(n8n).toBe(`n8n.example.com:8080 {
	reverse_proxy http://n8n:5678 {
		trusted_proxies private_ranges
	}
}
`);
});

const caddy = findCaddy();
const withCaddy = caddy === undefined ? test.skip : test;

withCaddy(
  `Caddy finds it valid, and written as its own \`caddy fmt\` writes${caddy ? "" : " (skipped: no Caddy on PATH)"}`,
  () => {
    const dir = mkdtempSync(join(tmpdir(), "caddyfile-"));
    try {
      const file = join(dir, "Caddyfile");
      writeFileSync(file, FILE);
      const run = (...args: string[]) =>
        execFileSync(caddy!, args, {
          encoding: "utf8",
          env: { ...process.env, HOME: dir },
          stdio: ["ignore", "pipe", "ignore"],
        });
      const asked = ["--adapter", "caddyfile", "--config", file];
      run("validate", ...asked);
      expect(run("fmt", file)).toBe(FILE);
      const adapted = JSON.parse(run("adapt", ...asked)) as object;
      const listen = { srv0: { listen: [":80"] }, srv1: { listen: [":8080"] } };
      expect(adapted).toMatchObject({ apps: { http: { servers: listen } } });
      // No certificate is asked for.
      expect(adapted).not.toHaveProperty("apps.tls");
    } finally {
      rmSync(dir, { recursive: true });
    }
  },
);
