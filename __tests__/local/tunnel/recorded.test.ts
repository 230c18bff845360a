import { readFileSync } from "node:fs";
import {
  createServer,
  request,
  type IncomingMessage,
  type Server,
} from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { JSONWebKeySet } from "jose";
import type { TunnelConfig } from "../../../local/account-objects";
import { loadAccount } from "../../../local/account-file";
import { Network } from "../../../local/network";
import { connector, type Connector } from "../../../local/tunnel/connector";
import { AUD, NOW } from "./support";
import { makeTokens, OTHER_AUD } from "./tokens";

/**
 * What cloudflared 2026.8.2 itself did, with its packages `ingress` and
 * `proxy`, when it was given generated configurations and requests: one a line.
 */
interface Recorded {
  readonly config: TunnelConfig | null;
  /** cloudflared does not take the configuration. */
  readonly refused?: true;
  readonly ask: {
    readonly method: string;
    readonly host: string;
    readonly path: string;
    /** One of `tokens`. */
    readonly token: string;
    readonly body?: string;
  };
  readonly status: number;
  /** The request as the origin saw it, where it did. */
  readonly origin?: {
    readonly host: string;
    readonly forwardedHost?: string;
    readonly url: string;
  };
}

const recordings = readFileSync(
  join(__dirname, "cloudflared-2026.8.2.ndjson"),
  "utf8",
)
  .trim()
  .split("\n")
  .map(
    (line) =>
      JSON.parse(
        line
          .replaceAll('"AUD"', `"${AUD}"`)
          .replaceAll('"OTHER"', `"${OTHER_AUD}"`),
      ) as Recorded,
  );

let tokens: Record<string, string>;
let certs: JSONWebKeySet;
let origin: Server;
let seen: Recorded["origin"] | undefined;
const network = new Network();

beforeAll(async () => {
  ({ certs, tokens } = await makeTokens());

  origin = createServer((asked: IncomingMessage, response) => {
    const { headers, url = "" } = asked;
    const forwardedHost = headers["x-forwarded-host"];
    seen = {
      host: headers.host ?? "",
      url,
      ...(forwardedHost !== undefined && {
        forwardedHost: String(forwardedHost),
      }),
    };
    asked.resume();
    response.statusCode = url.includes("204") ? 204 : 200;
    response.end();
  });
  network.add("origin:80", await listen(origin));
});
afterAll(() => close(origin));

function statusOf(
  port: number,
  { body = "", host, method, path, token }: Recorded["ask"],
): Promise<number> {
  const assertion = tokens[token]!;
  return new Promise((resolve, reject) => {
    const asked = request({
      host: "127.0.0.1",
      port,
      method,
      path,
      agent: false,
      headers: {
        host,
        "content-length": body.length,
        ...(assertion && { "cf-access-jwt-assertion": assertion }),
      },
    });
    asked.on("response", (answer) => {
      answer.resume();
      answer.on("end", () => resolve(answer.statusCode!));
    });
    asked.on("error", reject);
    asked.end(body);
  });
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

function close(server: Server): Promise<unknown> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  return closed;
}

/** A connector that has been pushed a configuration. */
function connectorFor(config: TunnelConfig | null): Connector {
  const account = loadAccount("guide", { now: () => NOW });
  const [tunnel] = account.tunnels.values();
  tunnel!.configuration.config = config;
  return connector({
    account,
    tunnelId: tunnel!.id,
    network,
    certs: () => certs,
    now: () => NOW,
  });
}

test("are some of each kind", () => {
  const ran = recordings.filter(({ refused }) => !refused);
  expect(ran.length).toBeGreaterThan(100);
  expect(recordings.length - ran.length).toBeGreaterThan(50);
  expect(new Set(ran.map(({ status }) => status))).toEqual(
    new Set([200, 204, 403, 404, 502, 503]),
  );
});

const named = recordings.map((recorded, index) => ({
  ...recorded,
  name: `line ${index + 1}`,
}));

test.each(named.filter(({ refused }) => refused))(
  "refuses the configuration of $name",
  ({ config }) => {
    expect(connectorFor(config).faults()).not.toEqual([]);
  },
);

test.each(named.filter(({ refused }) => !refused))(
  "does with the request of $name what cloudflared does",
  async ({ ask, config, origin: wanted, status }) => {
    const applied = connectorFor(config);
    expect(applied.faults()).toEqual([]);
    const server = createServer((asked, response) => {
      applied
        .request(asked, response, asked.headers)
        .catch((error: Error) => response.destroy(error));
    });
    const port = await listen(server);
    seen = undefined;

    const answer = await statusOf(port, ask);
    await close(server);

    expect(answer).toBe(status);
    expect(seen).toEqual(wanted);
  },
);
