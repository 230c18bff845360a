import { readFileSync } from "node:fs";
import * as http from "node:http";
import * as https from "node:https";
import { isIP } from "node:net";
import type { Duplex } from "node:stream";
import { pipeline } from "node:stream/promises";
import { checkServerIdentity, rootCertificates } from "node:tls";
import { endToEnd, headersForOrigin } from "./headers";
import type { Service, TlsSettings } from "./service";

type HttpService = Extract<Service, { kind: "http" }>;

/** The origin did not take the connection, or its certificate is not trusted. */
export class OriginUnreachable extends Error {
  override readonly name = "OriginUnreachable";
}

/**
 * Sends a request to an origin and streams the answer back as it comes.
 *
 * @throws OriginUnreachable before anything was answered
 */
export async function proxyRequest(
  service: HttpService,
  request: http.IncomingMessage,
  response: http.ServerResponse,
  headers: http.OutgoingHttpHeaders,
): Promise<void> {
  // The edge has answered already, as it does where a body is too large.
  if (response.writableEnded) return;
  const sent = headersForOrigin(headers, service.hostHeader);
  // Node frames the body of a DELETE or GET only where it is told to.
  if (request.headers["transfer-encoding"] !== undefined)
    sent["transfer-encoding"] = "chunked";
  // Asked to close, an origin that answers early resets the connection that
  // still sends to it, and its answer is lost. cloudflared asks for no close.
  const outgoing = open(service, request, {
    ...sent,
    connection: "keep-alive",
  });
  // A visitor who leaves takes the request to the origin along.
  response.once("close", () => outgoing.destroy());

  const answer = await new Promise<http.IncomingMessage>((resolve, reject) => {
    outgoing.once("response", resolve);
    outgoing.once("error", (error) => reject(unreachable(service, error)));
    // Not `pipeline`: an origin that answers before it has read everything
    // would end the visitor's connection before the answer is through.
    request.once("error", () => outgoing.destroy());
    request.pipe(outgoing);
  });
  // The edge has given up waiting and answered meanwhile.
  if (response.headersSent) {
    outgoing.destroy();
    return;
  }
  response.writeHead(
    answer.statusCode ?? 502,
    answer.statusMessage,
    endToEnd(answer.headers),
  );
  response.flushHeaders();
  // The visitor's connection breaks where the origin's does: half an answer
  // must not pass for a whole one.
  await pipeline(answer, response).catch(() => response.destroy());
}

/**
 * Opens a WebSocket at an origin and joins it with the visitor's connection.
 * Whatever else the origin answers is the visitor's answer.
 *
 * @throws OriginUnreachable before anything was answered
 */
export async function proxyUpgrade(
  service: HttpService,
  request: http.IncomingMessage,
  socket: Duplex,
  head: Buffer,
  {
    answerHeaders,
    headers,
  }: {
    readonly headers: http.OutgoingHttpHeaders;
    readonly answerHeaders: Readonly<Record<string, string>>;
  },
): Promise<void> {
  const added = Object.entries(answerHeaders).map(
    ([name, value]) => `${name}: ${value}`,
  );
  const outgoing = open(service, request, {
    ...headersForOrigin(headers, service.hostHeader),
    connection: "Upgrade",
    upgrade: "websocket",
    "sec-websocket-version": "13",
  });
  const leave = () => outgoing.destroy();
  socket.once("close", leave);
  socket.on("error", () => socket.destroy());

  await new Promise<void>((resolve, reject) => {
    outgoing.once("error", (error) => reject(unreachable(service, error)));
    outgoing.once("response", (answer) => {
      socket.write(
        statusLine(answer) +
          headerLines(answer, [...added, "connection: close"]),
      );
      answer.pipe(socket);
      answer.once("close", resolve);
    });
    outgoing.once("upgrade", (answer, origin, originHead) => {
      socket.write(
        statusLine(answer) +
          headerLines(answer, [
            ...added,
            "connection: Upgrade",
            "upgrade: websocket",
          ]),
      );
      if (originHead.length > 0) socket.write(originHead);
      if (head.length > 0) origin.write(head);
      origin.on("error", () => socket.destroy());
      origin.once("close", () => socket.destroy());
      socket.once("close", () => origin.destroy());
      origin.pipe(socket).pipe(origin);
      resolve();
    });
    outgoing.end();
  });
}

function open(
  { address, authority, tls }: HttpService,
  { method, url }: http.IncomingMessage,
  headers: http.OutgoingHttpHeaders,
): http.ClientRequest {
  if (address === undefined)
    throw new OriginUnreachable(`dial tcp: lookup ${authority}: no such host`);
  const options: http.RequestOptions = {
    ...address,
    method,
    path: url,
    headers,
    agent: false,
    setHost: false,
  };
  return tls === undefined
    ? http.request(options)
    : https.request({ ...options, ...tlsOptions(tls, headers) });
}

/** As cloudflared checks a certificate: by the system's authorities and those of the pool. */
function tlsOptions(
  { caPool, serverName, serverNameOfHost, verify }: TlsSettings,
  { host }: http.OutgoingHttpHeaders,
): https.RequestOptions {
  const name = serverNameOfHost
    ? String(host ?? serverName).replace(/:\d+$/, "")
    : serverName;
  return {
    rejectUnauthorized: verify,
    // An address is no name that TLS could send.
    servername: isIP(name) ? "" : name,
    checkServerIdentity: (_, certificate) =>
      checkServerIdentity(name, certificate),
    ...(caPool !== undefined && {
      ca: [...rootCertificates, authoritiesIn(caPool)],
    }),
  };
}

function authoritiesIn(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const { message } = error as Error;
    throw new OriginUnreachable(`caPool: ${message}`, { cause: error });
  }
}

function unreachable(
  { authority }: HttpService,
  cause: Error,
): OriginUnreachable {
  return new OriginUnreachable(`${authority}: ${cause.message}`, { cause });
}

function statusLine(answer: http.IncomingMessage): string {
  return `HTTP/1.1 ${answer.statusCode} ${answer.statusMessage}\r\n`;
}

/** An answer's headers as they go over a bare connection, then an empty line. */
function headerLines(
  answer: http.IncomingMessage,
  connection: readonly string[],
): string {
  const { server, ...headers } = endToEnd(answer.headers);
  // A visitor sees the edge's name in its place.
  if (server !== undefined && !connection.some((one) => /^server:/.test(one)))
    headers.server = server;
  const lines = Object.entries(headers).flatMap(([name, value]) =>
    [value].flat().map((one) => `${name}: ${one}`),
  );
  return `${[...lines, ...connection].join("\r\n")}\r\n\r\n`;
}
