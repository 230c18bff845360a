import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { comfyui } from "../../services/comfyui";
import { AccessStacks } from "../../stacks/app";
import { ServiceStack } from "../../stacks/service-stack";
import { TunnelStack } from "../../stacks/tunnel-stack";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "tunnel-stack-"))));
afterEach(() => rmSync(folder, { recursive: true }));

/** What is synthesized: all of it as text. */
function synthesize({ planOnly = false, tunnel = "Home" } = {}) {
  process.env.CDKTF_OUTDIR = join(folder, "out");
  const app = new AccessStacks();
  delete process.env.CDKTF_OUTDIR;
  const shared = {
    accountId: "0123456789abcdef0123456789abcdef",
    stateDir: join(folder, "state"),
    planOnly,
  };
  const tunnelStack = new TunnelStack(app, "tunnel", {
    ...shared,
    tunnel: "Home",
  });
  new ServiceStack(app, "comfyui", {
    ...shared,
    tunnelStack,
    tunnel,
    loginMethod: "Google",
    allowedEmails: ["ann@example.com"],
    zone: "example.com",
    service: comfyui,
    hostname: "comfyui.example.com",
    serviceUrl: "http://caddy:80",
  });
  app.synth();
  const read = (file: string) =>
    readFileSync(join(folder, "out", file), "utf8");
  return {
    tunnel: JSON.parse(read("stacks/tunnel/cdk.tf.json")) as object,
    comfyui: read("stacks/comfyui/cdk.tf.json"),
    manifest: JSON.parse(read("manifest.json")) as {
      stacks: Record<string, { dependencies: string[] }>;
    },
  };
}

test("it makes one tunnel, whose token is a sensitive output", () => {
  expect(synthesize().tunnel).toMatchObject({
    resource: {
      tunnel_managed: { tunnel: { name: "Home" } },
    },
    output: { tunnel_token: { sensitive: true } },
  });
});

test("a service that is given it is deployed after it", () => {
  expect(synthesize().manifest.stacks["comfyui"]?.dependencies).toEqual([
    "tunnel",
  ]);
});

test("in a review the service has a placeholder for it, in a deploy none", () => {
  const placeholder = "not-deployed-yet: tunnel Home";
  expect(synthesize({ planOnly: true }).comfyui).toContain(placeholder);
  expect(synthesize().comfyui).not.toContain(placeholder);
});

test("a service of another tunnel is refused", () => {
  expect(() => synthesize({ tunnel: "house" })).toThrow(
    'tunnelStack makes the tunnel "Home", and tunnel is "house"',
  );
});
