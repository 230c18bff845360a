import type {
  IncomingMessage,
  OutgoingHttpHeaders,
  ServerResponse,
} from "node:http";
import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import type { JSONWebKeySet } from "jose";
import { decodePath, findMatchingRule } from "../../ingress/match";
import type { Account } from "../account";
import type { Network } from "../network";
import { checkAccess } from "./access-check";
import { headerOf } from "./headers";
import { HELLO_WORLD_PAGE } from "./hello-world";
import { PushedConfiguration } from "./pushed-configuration";
import { readService, type Service } from "./service";
import { OriginUnreachable, proxyRequest, proxyUpgrade } from "./to-origin";

export interface ConnectorOptions {
  readonly account: Account;
  readonly tunnelId: string;
  /** The only names that an origin can have. */
  readonly network: Network;
  /** What the team's `/cdn-cgi/access/certs` answers. */
  readonly certs: () => Promise<JSONWebKeySet> | JSONWebKeySet;
  readonly now: () => Date;
}

/** A running cloudflared, as the edge sees it. */
export interface Connector {
  /**
   * Answers a request.
   *
   * @param headers The request's headers as the edge sends them on, `host` among them.
   */
  request(
    request: IncomingMessage,
    response: ServerResponse,
    headers: OutgoingHttpHeaders,
  ): Promise<void>;
  /** Answers a request to open a WebSocket; see `request`. */
  upgrade(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    sent: Upgrade,
  ): Promise<void>;
  /** Why the newest configuration is not in force; empty where it is. */
  faults(): readonly string[];
}

/** What the edge sends on to open a WebSocket, and what it adds to the answer. */
export interface Upgrade {
  readonly headers: OutgoingHttpHeaders;
  /** @default - none */
  readonly answerHeaders?: Readonly<Record<string, string>>;
}

/** What is to be done with a request: a status of cloudflared's own, or its rule's service. */
type Verdict = { readonly kind: "status"; readonly status: number } | Service;

/**
 * Does with each request what cloudflared 2026.8.2 does: the first rule that
 * matches, the rule's check of the Access token, the rule's service. It works
 * by the newest configuration of the tunnel that it could apply.
 *
 * @see https://developers.cloudflare.com/cloudflare-one/networks/connectors/cloudflare-tunnel/
 */
export function connector(options: ConnectorOptions): Connector {
  const { account, tunnelId, network } = options;
  const pushed = new PushedConfiguration();

  const current = () => {
    const tunnel = account.tunnels.get(tunnelId);
    if (tunnel !== undefined) pushed.push(tunnel.configuration);
    return pushed.applied;
  };

  async function judge(
    request: IncomingMessage,
    headers: OutgoingHttpHeaders,
  ): Promise<Verdict> {
    const { rules, defaults } = current();
    const path = decodePath(pathOf(request.url ?? "/"));
    if (path === undefined) return { kind: "status", status: 400 };
    const host = headerOf(headers, "host") ?? "";
    const rule = rules[findMatchingRule(rules, host, path)];
    if (rule === undefined) return { kind: "status", status: 503 };
    const assertion = headerOf(headers, "cf-access-jwt-assertion");
    const access = await checkAccess(rule, assertion, options);
    return access.passes
      ? readService(rule, defaults, network)
      : { kind: "status", status: access.status };
  }

  return {
    async request(request, response, headers) {
      const verdict = await judge(request, headers);
      if (verdict.kind === "http") {
        try {
          return await proxyRequest(verdict, request, response, headers);
        } catch (error) {
          if (!(error instanceof OriginUnreachable)) throw error;
        }
      }
      request.resume();
      if (response.destroyed || response.writableEnded) return;
      if (verdict.kind === "hello-world") {
        response.setHeader("content-type", "text/html; charset=utf-8");
        response.end(request.method === "HEAD" ? "" : HELLO_WORLD_PAGE);
        return;
      }
      response.writeHead(statusOf(verdict), { "content-length": 0 }).end();
    },

    async upgrade(request, socket, head, { answerHeaders = {}, headers }) {
      const verdict = await judge(request, headers);
      if (verdict.kind === "http") {
        try {
          return await proxyUpgrade(verdict, request, socket, head, {
            headers,
            answerHeaders,
          });
        } catch (error) {
          if (!(error instanceof OriginUnreachable)) throw error;
        }
      }
      const status = statusOf(verdict);
      const lines = Object.entries(answerHeaders).map(
        ([name, value]) => `${name}: ${value}\r\n`,
      );
      socket.end(
        `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\n${lines.join("")}connection: close\r\ncontent-length: 0\r\n\r\n`,
      );
    },

    faults() {
      current();
      return pushed.faults;
    },
  };
}

/** What is answered where no origin answers. */
function statusOf(verdict: Verdict): number {
  return verdict.kind === "status" ? verdict.status : 502;
}

/**
 * The path of a request target, with its encoding left as it is. A `#` in a
 * target is of the path, as Go's server reads it: no fragment is ever sent.
 */
function pathOf(target: string): string {
  const path = target.replace(/^https?:\/\/[^/?#]*/i, "").replace(/\?.*$/s, "");
  return path === "" ? "/" : path;
}
