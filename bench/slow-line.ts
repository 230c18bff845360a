import { connect, createServer, type AddressInfo, type Socket } from "node:net";

/** A way to a port of this machine on which every packet is late. */
export interface SlowLine {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Stands in for the distance to a server: each piece of data arrives so much
 * later, in either direction, so that a round trip takes twice as long.
 */
export async function slowLine(to: number, lateMs: number): Promise<SlowLine> {
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect({ host: "127.0.0.1", port: to });
    delay(near, far, lateMs);
    delay(far, near, lateMs);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("close", () => sockets.delete(socket));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** Timers of one length go off in the order in which they were set. */
function delay(from: Socket, to: Socket, lateMs: number): void {
  from.setNoDelay(true);
  from.on("data", (data) => setTimeout(() => to.write(data), lateMs));
  from.on("end", () => setTimeout(() => to.end(), lateMs));
  from.on("error", () => to.destroy());
}
