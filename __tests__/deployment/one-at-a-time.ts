import {
  createServer,
  request as askFurther,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";

/**
 * A proxy on loopback that lets one request through at a time: moto answers with
 * half an object where another request is just writing it, as no bucket does.
 */
export async function oneAtATime(
  port: number,
): Promise<{ port: number; close(): Promise<void> }> {
  const forward = (request: IncomingMessage, response: ServerResponse) =>
    new Promise<void>((done) => {
      const { headers, method, url: path } = request;
      const further = askFurther(
        { host: "127.0.0.1", port, method, path, headers },
        (answer) => {
          response.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(response);
        },
      );
      further.on("error", () => response.destroy());
      response.on("close", done);
      request.pipe(further);
    });
  let turn = Promise.resolve();
  const server = createServer((request, response) => {
    turn = turn.then(() => forward(request, response));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}
