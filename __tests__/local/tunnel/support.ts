import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import {
  exportJWK,
  generateKeyPair,
  SignJWT,
  type CryptoKey,
  type JSONWebKeySet,
  type JWTPayload,
} from "jose";
import type { IngressRule, TunnelConfig } from "../../../local/account-objects";
import { loadAccount } from "../../../local/account-file";
import type { Account } from "../../../local/account";
import { Network } from "../../../local/network";
import { serve, type ServeOptions } from "../../../local/origins/server";
import type { StandIn } from "../../../local/origins/stand-in";
import { connector, type Connector } from "../../../local/tunnel/connector";

export const NOW = new Date("2026-11-24T12:00:00Z");
export const AUD = "a".repeat(64);
export const HOST = "app.example.com";

/** A tunnel with an edge in front that adds nothing but passes everything on. */
export class Bench {
  readonly network = new Network();
  readonly account: Account = loadAccount("guide", { now: () => NOW });
  readonly tunnelId = [...this.account.tunnels.keys()][0]!;
  readonly #closers: (() => Promise<void>)[] = [];
  readonly #keys: { privateKey: CryptoKey; jwks: JSONWebKeySet };
  readonly connector: Connector;
  port = 0;

  static async start(): Promise<Bench> {
    const { publicKey, privateKey } = await generateKeyPair("RS256");
    const key = { ...(await exportJWK(publicKey)), kid: "k1", alg: "RS256" };
    const bench = new Bench({ privateKey, jwks: { keys: [key] } });
    await bench.#listen();
    return bench;
  }

  private constructor(keys: { privateKey: CryptoKey; jwks: JSONWebKeySet }) {
    this.#keys = keys;
    this.connector = connector({
      account: this.account,
      tunnelId: this.tunnelId,
      network: this.network,
      certs: () => this.#keys.jwks,
      now: () => NOW,
    });
  }

  async #listen(): Promise<void> {
    const server: Server = createServer((request, response) => {
      this.connector
        .request(request, response, request.headers)
        .catch((error: Error) => response.destroy(error));
    });
    server.on("upgrade", (request: IncomingMessage, socket, head: Buffer) => {
      this.connector
        .upgrade(request, socket, head, { headers: request.headers })
        .catch(() => socket.destroy());
    });
    await new Promise<void>((resolve) =>
      server.listen(0, "127.0.0.1", resolve),
    );
    this.port = (server.address() as AddressInfo).port;
    this.#closers.push(async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    });
  }

  /** Pushes a document to the connector, as a PUT of the API does. */
  push(config: TunnelConfig | null, version?: number): void {
    const { configuration } = this.account.tunnels.get(this.tunnelId)!;
    configuration.version = version ?? configuration.version + 1;
    configuration.config = config;
  }

  /** Pushes one rule for our host, and a catch-all. */
  pushRule(rule: Partial<IngressRule>, rest: TunnelConfig = {}): void {
    this.push({
      ...rest,
      ingress: [
        { hostname: HOST, service: "http_status:204", ...rule },
        { service: "http_status:404" },
      ],
    });
  }

  /** Serves an origin under a name. */
  async origin(
    name: string,
    standIn: StandIn,
    how?: ServeOptions,
  ): Promise<void> {
    const server = await serve(standIn, how);
    this.#closers.push(() => server.close());
    this.network.add(name, server.port);
  }

  /** A token as Access signs it; what `claims` sets to undefined is left out. */
  token(claims: JWTPayload = {}, key = this.#keys.privateKey): Promise<string> {
    const seconds = Math.floor(NOW.getTime() / 1000);
    return new SignJWT({
      iss: "https://datacrew.cloudflareaccess.com",
      aud: [AUD],
      exp: seconds + 3600,
      iat: seconds,
      ...claims,
    })
      .setProtectedHeader({ alg: "RS256", kid: "k1" })
      .sign(key);
  }

  close(): Promise<unknown> {
    return Promise.all(this.#closers.map((close) => close()));
  }
}
