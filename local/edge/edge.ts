import { ServerResponse, type IncomingMessage } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import type { TLSSocket } from "node:tls";
import type { Account } from "../account";
import type { Network } from "../network";
import type { WebHosts } from "../web-hosts";
import { connector, type Connector } from "../tunnel/connector";
import { send, type Answer } from "./answer";
import { askOwnEdge } from "./ask-own-edge";
import { certificateAuthority } from "./certificate-authority";
import { dnsOverHttps, RESOLVER } from "./dns-over-https";
import { edgeRequest, type EdgeRequest } from "./edge-request";
import { errorAnswer } from "./error-answer";
import { limitBody, limitWaiting, tooLarge } from "./limits";
import { edgeHeaders, passToVisitor } from "./origin-answer";
import { site, type Forward } from "./site";
import type { Certs } from "./signing-keys";
import { authDomain, createTeam, type SendMail } from "./team";
import { teamDomain } from "./team-domain";

export interface EdgeOptions {
  readonly account: Account;
  /** What the tunnels' connectors can reach. */
  readonly network: Network;
  /** Google and other login methods' hosts, where anyone is to log in. */
  readonly google?: WebHosts;
  /** Sends the codes of one-time PINs. @default - nobody gets one */
  readonly mail?: SendMail;
  /** @default 0 - any free port */
  readonly port?: number;
}

/** The edge, where every host of the account is. */
export interface Edge {
  /** Port of 127.0.0.1 that serves every host over TLS. */
  readonly port: number;
  /** Certificate that clients have to trust, in PEM. */
  readonly caPem: string;
  /** For Chromium's `--ignore-certificate-errors-spki-list`. */
  readonly spkiPin: string;
  /** The public keys of the team's tokens, as `/cdn-cgi/access/certs` answers them. */
  certs(): Promise<Certs>;
  /** Puts a new key for tokens to use, as happens every six weeks. */
  rotateKeys(): void;
  /** Ends the server and every connection to it. */
  close(): Promise<void>;
}

/**
 * Serves the hosts of an account's zones, its team domain, DNS over HTTPS and
 * Google as Cloudflare's edge would, over TLS on 127.0.0.1.
 */
export async function startEdge(options: EdgeOptions): Promise<Edge> {
  const { account, google, network } = options;
  const authority = await certificateAuthority();
  let port = 0;
  const team = createTeam(
    account,
    askOwnEdge(() => port, authority.certificate),
    options.mail,
  );
  const certs = () => team.tokens.keys.certs();
  const connectors = new Map<string, Connector>();

  function connectorOf(tunnelId: string): Connector {
    let known = connectors.get(tunnelId);
    if (known === undefined) {
      const { now } = account;
      known = connector({ account, tunnelId, network, certs, now });
      connectors.set(tunnelId, known);
    }
    return known;
  }

  const serves = (name: string): boolean =>
    name === RESOLVER ||
    name === authDomain(account) ||
    google?.hosts.includes(name) === true ||
    isCertified(account, name);

  async function decide(
    req: IncomingMessage,
    request: EdgeRequest | undefined,
    name: string | false | null | undefined,
  ): Promise<{ answer: Answer } | { forward: Forward }> {
    const refuse = (status: number, what: string) => ({
      answer: errorAnswer(req, request?.rayId ?? "-", { status, what }),
    });
    if (request === undefined) return refuse(400, "Bad Request");
    if (request.host !== name) return refuse(421, "Misdirected Request");
    const large = tooLarge(req, account);
    if (large !== undefined) return { answer: large };
    if (name === RESOLVER) return { answer: dnsOverHttps(request, account) };
    if (name === authDomain(account))
      return { answer: await teamDomain(request, team) };
    return site(request, team);
  }

  async function onRequest(
    req: IncomingMessage,
    res: ServerResponse,
  ): Promise<void> {
    const { servername } = req.socket as TLSSocket;
    const ray = rayId(account);
    const request = edgeRequest(req, ray);
    if (request?.host === servername && google?.hosts.includes(request.host))
      return google.handle(req, res);
    const outcome = await decide(req, request, servername);
    if ("answer" in outcome) {
      req.resume();
      return send(res, marked(outcome.answer, ray));
    }
    const { headers, setCookie, tunnelId } = outcome.forward;
    passToVisitor(req, res, ray, setCookie);
    limitWaiting(req, res, ray, account);
    limitBody(req, res, account);
    return connectorOf(tunnelId).request(req, res, headers);
  }

  async function onUpgrade(
    req: IncomingMessage,
    socket: Duplex,
    head: Buffer,
  ): Promise<void> {
    const broken = () => socket.destroy();
    socket.on("error", broken);
    const { servername } = req.socket as TLSSocket;
    const ray = rayId(account);
    const request = edgeRequest(req, ray);
    const webSocket =
      request?.webSocket && !google?.hosts.includes(request.host);
    const outcome = await decide(
      req,
      webSocket ? request : undefined,
      servername,
    );
    if ("forward" in outcome) {
      const { headers, tunnelId } = outcome.forward;
      return connectorOf(tunnelId).upgrade(req, socket, head, {
        headers,
        answerHeaders: edgeHeaders(ray),
      });
    }
    const res = new ServerResponse(req);
    res.assignSocket(req.socket);
    // After a refused WebSocket the connection takes requests again.
    res.shouldKeepAlive &&= webSocket === true;
    res.on("finish", () => {
      if (!res.shouldKeepAlive) return socket.end();
      res.detachSocket(req.socket);
      socket.off("error", broken);
      if (head.length > 0) socket.unshift(head);
      server.emit("secureConnection", socket);
    });
    send(res, marked(outcome.answer, ray));
  }

  const server = createServer({
    ALPNProtocols: ["http/1.1"],
    SNICallback(name, done) {
      const host = name.toLowerCase();
      if (!serves(host)) return done(new Error(`no certificate for ${host}`));
      authority.contextFor(host).then(
        (context) => done(null, context),
        (error: Error) => done(error),
      );
    },
  });
  server.on("request", (req, res) => {
    onRequest(req, res).catch(failed(() => res.destroy()));
  });
  server.on("upgrade", (req, socket: Duplex, head) => {
    onUpgrade(req, socket, head).catch(failed(() => socket.destroy()));
  });
  const sockets = new Set<Duplex>();
  server.on("connection", (socket: Duplex) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });

  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  ({ port } = server.address() as AddressInfo);

  return {
    port,
    caPem: authority.certificate,
    spkiPin: authority.pin,
    certs,
    rotateKeys: () => team.tokens.keys.rotate(),
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      // Open WebSockets are no longer the server's, so that each has to be ended here.
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/**
 * Whether Universal SSL has a certificate for a host: the zone's own name and
 * one label below it.
 *
 * @see https://developers.cloudflare.com/ssl/edge-certificates/universal-ssl/limitations/
 */
function isCertified(account: Account, host: string): boolean {
  const parent = host.slice(host.indexOf(".") + 1);
  return [...account.zones.values()].some(
    ({ name, status }) =>
      status === "active" && (name === host || name === parent),
  );
}

function rayId(account: Account): string {
  return account.newHexId().slice(0, 16);
}

/** An answer with what all answers of the edge have. */
function marked(answer: Answer, ray: string): Answer {
  return {
    ...answer,
    headers: { ...answer.headers, ...edgeHeaders(ray) },
  };
}

/** Ends the exchange. A client may leave early; anything else is a fault of ours that must show. */
function failed(end: () => void): (error: NodeJS.ErrnoException) => void {
  return (error) => {
    end();
    if (error.code === "ECONNRESET" || error.code === "EPIPE") return;
    throw error;
  };
}
