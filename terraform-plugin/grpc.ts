/**
 * The server side of gRPC: a table of methods, served to each caller with a
 * state of its own.
 *
 * @see https://grpc.io/docs/languages/node/basics/
 */
import { once } from "node:events";
import * as net from "node:net";
import {
  Metadata,
  Server,
  ServerCredentials,
  status,
  type sendUnaryData,
  type ServerUnaryCall,
  type ServerDuplexStream,
  type ServiceDefinition,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import type { Message } from "./protobuf";

/** One method that a connection in the state `Connection` may call. */
export type Method<Connection> =
  | {
      readonly kind: "unary";
      answer(request: Buffer, connection: Connection): Promise<Buffer>;
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
  readonly server: net.Server;
  /** Stops listening and drops every connection. */
  close(): Promise<void>;
}

/** A server that does not listen yet; with `tls` it asks for a certificate. */
export function grpcServer<Connection extends { stop(): void }>(
  methods: Methods<Connection>,
  connect: () => Connection,
  tls?: { key: string; cert: string; ca: string },
): GrpcServer {
  const credentials = tls
    ? ServerCredentials.createSsl(
        Buffer.from(tls.ca),
        [
          {
            private_key: Buffer.from(tls.key),
            cert_chain: Buffer.from(tls.cert),
          },
        ],
        true,
      )
    : ServerCredentials.createInsecure();
  const definition = serviceDefinition(methods);

  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    // A call does not tell from which connection it comes, so each connection
    // has a gRPC server to itself.
    const grpc = new Server({
      "grpc.enable_channelz": 0,
      "grpc.max_receive_message_length": -1,
      "grpc.max_send_message_length": -1,
    });
    const connection = connect();
    grpc.addService(definition, implementation(methods, connection));
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      sockets.delete(socket);
      // Nobody waits for what it still does.
      connection.stop();
      grpc.forceShutdown();
    });
    grpc.createConnectionInjector(credentials).injectConnection(socket);
  });

  return {
    server,
    close: async () => {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

const unchanged = (bytes: Buffer): Buffer => bytes;

function serviceDefinition(methods: Methods<never>): ServiceDefinition {
  return Object.fromEntries(
    Object.entries(methods).map(([path, { kind }]) => [
      path,
      {
        path,
        requestStream: kind === "silent stream",
        responseStream: kind === "silent stream",
        requestSerialize: unchanged,
        requestDeserialize: unchanged,
        responseSerialize: unchanged,
        responseDeserialize: unchanged,
      },
    ]),
  );
}

function implementation<Connection>(
  methods: Methods<Connection>,
  connection: Connection,
): UntypedServiceImplementation {
  return Object.fromEntries(
    Object.entries(methods).map(([path, method]) => [
      path,
      method.kind === "silent stream"
        ? (call: ServerDuplexStream<Buffer, Buffer>) => {
            call.resume();
            call.sendMetadata(new Metadata());
          }
        : (
            { request }: ServerUnaryCall<Buffer, Buffer>,
            done: sendUnaryData<Buffer>,
          ) => {
            method.answer(request, connection).then(
              (response) => done(null, response),
              (error: unknown) =>
                done({ code: status.INTERNAL, details: String(error) }),
            );
          },
    ]),
  );
}
