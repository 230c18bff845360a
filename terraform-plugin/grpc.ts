/**
 * The server side of gRPC over HTTP/2, as far as Terraform calls it: one
 * message in, one message out, no compression. It stands on `node:http2`
 * because that starts in half the time of a full gRPC library, which counts
 * where Terraform starts a provider three times for one plan, and because the
 * HTTP/2 session tells one calling Terraform from another.
 *
 * @see https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
 */
import * as http2 from "node:http2";
import type { Message } from "./protobuf";

const OK = 0;
const UNIMPLEMENTED = 12;
const INTERNAL = 13;

/** One method that a connection in the state `Connection` may call. */
export type Method<Connection> =
  | {
      readonly kind: "unary";
      answer(request: Buffer, connection: Connection): Promise<Uint8Array>;
    }
  /** A stream that says nothing and stays open as long as the caller wants. */
  | { readonly kind: "silent stream" };

/** Methods by path, such as `/tfplugin6.Provider/ReadResource`. */
export interface Methods<Connection> {
  readonly [path: string]: Method<Connection>;
}

export function unary<Request, Response, Connection>(
  request: Message<Request>,
  response: Message<Response>,
  handle: (
    request: Request,
    connection: Connection,
  ) => Promise<Partial<Response>>,
): Method<Connection> {
  return {
    kind: "unary",
    answer: async (bytes, connection) =>
      response.encode(await handle(request.decode(bytes), connection)),
  };
}

export interface GrpcServer {
  readonly server: http2.Http2Server;
  /** Stops listening and drops every connection. */
  close(): Promise<void>;
}

/** A server that does not listen yet; with `tls` it asks for a certificate. */
export function grpcServer<Connection>(
  methods: Methods<Connection>,
  connect: () => Connection,
  tls?: { key: string; cert: string; ca: string },
): GrpcServer {
  const options = {
    // Megabytes. A plan carries a value three times, and Node resets streams
    // of a session above its default of 10.
    maxSessionMemory: 4096,
    settings: { initialWindowSize: 1024 * 1024 },
  };
  const server = tls
    ? http2.createSecureServer({
        ...options,
        ...tls,
        requestCert: true,
        rejectUnauthorized: true,
      })
    : http2.createServer(options);

  const connections = new Map<http2.Http2Session, Connection>();
  server.on("session", (session: http2.ServerHttp2Session) => {
    connections.set(session, connect());
    session.on("close", () => connections.delete(session));
    session.on("error", () => session.destroy());
  });
  server.on("stream", (stream: http2.ServerHttp2Stream, headers) => {
    // A caller that went away takes its stream along; there is no one to tell.
    stream.on("error", () => stream.destroy());
    const method = methods[headers[":path"] ?? ""];
    const connection = stream.session && connections.get(stream.session);
    if (!method || connection === undefined) {
      stream.resume();
      fail(stream, UNIMPLEMENTED, `no method ${headers[":path"]}`);
    } else if (method.kind === "silent stream") {
      stream.resume();
      stream.respond({ "content-type": "application/grpc" });
    } else {
      readMessage(stream)
        .then((request) => method.answer(request, connection))
        .then(
          (response) => succeed(stream, response),
          (error: unknown) => fail(stream, INTERNAL, String(error)),
        );
    }
  });

  return {
    server,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const session of connections.keys()) session.destroy();
      }),
  };
}

/** A gRPC message is a compression flag, a length of four bytes, and itself. */
async function readMessage(stream: http2.ServerHttp2Stream): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  const body = Buffer.concat(parts);
  if (body.length < 5 || body.length !== 5 + body.readUInt32BE(1))
    throw new RangeError("gRPC message is cut off");
  if (body[0] !== 0) throw new RangeError("gRPC message is compressed");
  return body.subarray(5);
}

function succeed(stream: http2.ServerHttp2Stream, response: Uint8Array): void {
  if (stream.destroyed) return;
  const head = Buffer.alloc(5);
  head.writeUInt32BE(response.length, 1);
  stream.respond(
    { "content-type": "application/grpc" },
    { waitForTrailers: true },
  );
  stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": OK }));
  stream.end(Buffer.concat([head, response]));
}

function fail(
  stream: http2.ServerHttp2Stream,
  status: number,
  text: string,
): void {
  if (stream.destroyed) return;
  stream.respond(
    {
      "content-type": "application/grpc",
      "grpc-status": status,
      "grpc-message": encodeURIComponent(text),
    },
    { endStream: true },
  );
}
