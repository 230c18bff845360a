import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ProbeOutcome } from "../../probe/check";
import { NotKnown } from "../../account/not-known";
import { certificate } from "../../probe/checks/certificate";
import { portClosed } from "../../probe/checks/port-closed";
import { listeningSockets } from "../../probe/listening-sockets";
import type { Deployed, World } from "../../probe/world";

const deployed = {
  hostname: "a.example.com",
  localUrl: "http://localhost:8188",
} as Deployed;

describe("the sockets of a machine", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "sockets-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const HEAD = "  sl  local_address rem_address   st tx_queue rx_queue\n";
  const line = (local: string, state = "0A") =>
    `   0: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000\n`;

  test("are read as the kernel writes them, those that listen", async () => {
    await writeFile(
      join(folder, "tcp"),
      HEAD +
        line("0100007F:1FFC") +
        line("00000000:0016") +
        line("0100007F:9C40", "01"),
    );
    await writeFile(
      join(folder, "tcp6"),
      HEAD +
        line("00000000000000000000000000000000:0050") +
        line("00000000000000000000000001000000:1FFC") +
        line("0000000000000000FFFF00000101A8C0:01BB"),
    );
    expect(await listeningSockets(folder)).toEqual([
      { address: "127.0.0.1", port: 8188 },
      { address: "0.0.0.0", port: 22 },
      { address: "::", port: 80 },
      { address: "::1", port: 8188 },
      { address: "192.168.1.1", port: 443 },
    ]);
  });

  test("are not to be had where the kernel does not tell", async () => {
    await expect(listeningSockets(folder)).rejects.toThrow(NotKnown);
  });
});

describe("port-closed", () => {
  test.each([
    ["kept", ["127.0.0.1", "::1"]],
    ["broken", ["127.0.0.1", "::"]],
    ["broken", ["192.0.2.7"]],
    ["not checked", []],
  ])("is %s where these have the port: %j", async (status, addresses) => {
    const sockets = async () => [
      { address: "0.0.0.0", port: 22 },
      ...addresses.map((address) => ({ address, port: 8188 })),
    ];
    const found = await portClosed.run(deployed, {
      sockets,
    } as Partial<World> as World);
    expect(found.status).toBe(status);
  });
});

describe("certificate", () => {
  const judge = (days: number, fault?: string): Promise<ProbeOutcome> =>
    certificate.run(deployed, {
      certificate: async () => ({
        fault,
        names: ["a.example.com"],
        validUntil: new Date(Date.now() + days * 24 * 60 * 60 * 1000),
      }),
    } as Partial<World> as World);

  test("is kept while it is valid for weeks", async () => {
    expect((await judge(30)).status).toBe("kept");
  });

  test.each([
    [3, undefined, "the certificate ends soon and was not renewed"],
    [-3, "CERT_HAS_EXPIRED", "the certificate has expired"],
    [30, "SELF_SIGNED_CERT", "does not cover this host"],
  ])("is broken with %d days left and fault %s", async (days, fault, cause) => {
    expect(await judge(days, fault)).toMatchObject({
      status: "broken",
      cause: expect.stringContaining(cause),
    });
  });
});
