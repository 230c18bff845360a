import { createServer, type AddressInfo, type Server } from "node:net";
import { setImmediate as turn } from "node:timers/promises";
import { fetch as undiciFetch } from "undici";
import { loadAccount } from "../../local/account-file";
import guide from "../../local/accounts/guide.json";
import { findCaddy } from "../../local/origins/caddy";
import { startLocalCloudflare } from "../../local/start";
import { askEdge } from "./edge/support";

const PAGE = "https://comfyui.datacrew.space/";
const DEPLOY_TOKEN = "rehearsal-only-cloudflare-deploy-token-00001";

const start = (options: object = {}) =>
  startLocalCloudflare({
    account: loadAccount("guide"),
    caddy: false,
    ...options,
  });

/** Sockets, servers and children of this process, once those that are on their way out are gone. */
async function openHandles(): Promise<string[]> {
  const handles = () =>
    process
      .getActiveResourcesInfo()
      .filter((kind) => /^(TCP\w+|Process)Wrap$/.test(kind));
  for (let i = 0; i < 1000 && handles().length > 0; i++) await turn();
  return handles();
}

describe.each([
  ["without Caddy", false],
  ...(findCaddy() ? [["behind Caddy", true] as const] : []),
] as const)("%s", (_, caddy) => {
  test("serves the account's API and hosts, and leaves nothing open", async () => {
    const cloudflare = await start({ caddy });
    expect(cloudflare.viaCaddy).toBe(caddy);

    const verified = await fetch(`${cloudflare.apiUrl}/user/tokens/verify`, {
      headers: { authorization: `Bearer ${DEPLOY_TOKEN}`, connection: "close" },
    });
    expect(await verified.json()).toMatchObject({ success: true });
    const page = await askEdge(cloudflare.edge, PAGE);
    expect(page.status).toBe(200);
    expect(page.text).toContain("<title>ComfyUI</title>");

    await cloudflare.close();
    expect(await openHandles()).toEqual([]);
    await expect(askEdge(cloudflare.edge, PAGE)).rejects.toThrow(
      "ECONNREFUSED",
    );
  });
});

test("tells a browser where every host is, and which key to trust", async () => {
  const cloudflare = await start();
  const { port, spkiPin } = cloudflare.edge;
  expect(cloudflare.chromiumFlags()).toEqual([
    `--host-resolver-rules=MAP * 127.0.0.1:${port}`,
    `--ignore-certificate-errors-spki-list=${spkiPin}`,
  ]);
  await cloudflare.close();
});

test("takes an account by name or as an object, and names the faults of one", async () => {
  for (const account of ["guide", guide]) {
    const cloudflare = await start({ account });
    expect(cloudflare.account.name).toBe("Datacrew");
    await cloudflare.close();
  }
  await expect(start({ account: { ...guide, zones: [{}] } })).rejects.toThrow(
    "account file given to startLocalCloudflare:\n- zones.0.id: ",
  );
});

test("lets fetch find every host, by its dispatcher", async () => {
  const { close, dispatcher } = await start();
  const answer = await undiciFetch(PAGE, { dispatcher });
  expect(await answer.text()).toContain("<title>ComfyUI</title>");
  await close();
});

describe("a port that is taken", () => {
  let other: Server;
  let port: number;
  beforeAll(async () => {
    other = createServer();
    await new Promise<void>((resolve) =>
      other.listen(0, "127.0.0.1", () => resolve()),
    );
    ({ port } = other.address() as AddressInfo);
  });
  afterAll(() => new Promise((resolve) => other.close(resolve)));

  test.each([
    ["API", "apiPort"],
    ["edge", "edgePort"],
  ])("fails for the %s, by name", async (part, option) => {
    await expect(start({ [option]: port })).rejects.toThrow(
      `the local ${part} cannot listen on port ${port} of 127.0.0.1`,
    );
  });
});
