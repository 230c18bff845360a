import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { differences } from "../../rehearsal/account-diff";
import { isOfDeletedTunnel } from "../../scripts/tunnel-token";
import { TIMEOUT, World } from "../deployment/world";
import { atTerminal, typed } from "../scripts/terminal";

jest.setTimeout(TIMEOUT);

let world: World;
let before: object;
beforeAll(async () => {
  world = await World.open("guide");
  before = world.account.snapshot();
});
afterAll(() => world.close());

const HOST = "fresh.datacrew.space";
const env = () => ({
  ...world.env,
  CDKTF_APP: `node --require ./typescript.js ${join(__dirname, "tunnel-app.ts")}`,
  CLOUDFLARE_TUNNEL: "House",
});
const made = () =>
  [...world.account.tunnels.values()].find(({ name }) => name === "House");

// Each test goes on where the one before it ended.

test("a review shows who will reach a service through a tunnel that is not there yet", async () => {
  const { code, stderr, stdout } = await world.script("review", [], env());
  expect(stdout).toMatch(
    new RegExp(
      `^${HOST}$[^]*not there -> by login|${HOST}[^]*-> by login`,
      "m",
    ),
  );
  expect({ code, stderr }).toMatchObject({ code: 0 });
  expect(stdout).not.toContain("not read");
});

atTerminal(
  "a first deploy asks once, makes it first, and writes its token for its owner only",
  async () => {
    const { code, screen } = await typed("deploy.ts chat", env(), [
      /does it: /,
      "yes\n",
    ]);
    expect(screen.match(/does it: /g)).toHaveLength(1);
    expect(screen).toMatch(/tunnel: deployed[^]*chat: deployed/);
    const file = join(world.workspace.dir, "tunnel-token");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const token = readFileSync(file, "utf8").trim();
    expect(screen).not.toContain(token);
    const { s } = JSON.parse(Buffer.from(token, "base64").toString()) as {
      s: string;
    };
    expect(s).toBe(made()?.tunnel_secret);
    expect(made()?.configuration.config?.ingress?.[0]?.hostname).toBe(HOST);
    expect(code).toBe(0);
  },
);

test("a second deploy finds nothing to do, and leaves the file alone", async () => {
  const { code, stdout } = await world.script(
    "deploy",
    ["chat", "--auto-approve", "--json"],
    env(),
  );
  expect(JSON.parse(stdout)).toEqual({
    tunnel: "unchanged",
    identity: "unchanged",
    chat: "unchanged",
  });
  expect(code).toBe(0);
});

test("a destroy leaves it while a connector is on it, and takes it once that is gone", async () => {
  const opened_at = world.account.timestamp();
  made()!.connectors = [
    {
      ...{ id: world.account.newId(), version: "2026.11.0" },
      ...{ origin_ip: "192.0.2.1", opened_at },
    },
  ];
  const all = ["--all", "--auto-approve"];
  const refused = await world.script("destroy", all, env());
  expect(refused.stderr).toContain(
    "The tunnel House stays: a connector is on it",
  );
  expect(refused.stdout).toContain("chat: destroyed");
  expect(refused.code).toBe(1);

  made()!.connectors = [];
  expect(await world.script("destroy", all, env())).toMatchObject({ code: 0 });
  // Cloudflare lists a deleted one for as long as it is asked for.
  expect(made()!.deleted_at).not.toBeNull();
  // So that the next deploy writes over its token, and over no other.
  const file = join(world.workspace.dir, "tunnel-token");
  const token = readFileSync(file, "utf8");
  expect(await isOfDeletedTunnel(token, env())).toBe(true);
  made()!.deleted_at = null;
  expect(await isOfDeletedTunnel(token, env())).toBe(false);
  expect(await isOfDeletedTunnel("no token", env())).toBe(false);
  world.account.tunnels.delete(made()!.id);
  expect(differences(before, world.account.snapshot())).toEqual([]);
});
