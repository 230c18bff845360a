import { connect } from "node:tls";
import { HOST, startLab, TEAM, type Lab } from "./support";

let lab: Lab;
beforeAll(async () => {
  lab = await startLab();
});
afterAll(() => lab.close());

/** The status of what the edge answers to bytes that no client would send. */
function statusOf(servername: string, request: string): Promise<number> {
  return new Promise((resolve, reject) => {
    let answer = "";
    const { caPem: ca, port } = lab.edge;
    const socket = connect({ host: "127.0.0.1", port, servername, ca }, () =>
      socket.write(request, "latin1"),
    );
    socket.on("data", (data) => (answer += data.toString("latin1")));
    socket.on("error", reject);
    socket.on("close", () =>
      resolve(Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1])),
    );
  });
}

const hosts = [HOST, TEAM, "accounts.google.com", "cloudflare-dns.com"];

describe.each(hosts)("%s", (host) => {
  test.each(["a b", "", "[::1", "%00", "other.example", `${host}.example`])(
    "refuses the Host %j",
    async (wrong) => {
      const status = await statusOf(
        host,
        `GET / HTTP/1.1\r\nHost: ${wrong}\r\nConnection: close\r\n\r\n`,
      );
      expect([400, 421]).toContain(status);
    },
  );

  test.each(["//", "///\\", "/%", "/%zz?%zz", "/..//.", "/signin/%00"])(
    "has an answer for %s",
    async (target) => {
      const status = await statusOf(
        host,
        `GET ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
      );
      expect(status).toBeGreaterThanOrEqual(200);
      expect(status).toBeLessThan(500);
    },
  );
});

test.each(["*", "http://[/", `https://${HOST}/`])(
  "the target %s is no path of a host",
  async (target) => {
    const status = await statusOf(
      HOST,
      `GET ${target} HTTP/1.1\r\nHost: ${HOST}\r\nConnection: close\r\n\r\n`,
    );
    expect(status).toBe(400);
    expect(lab.seen.map(({ url }) => url)).not.toContain(target);
  },
);
